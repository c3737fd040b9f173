/** Compiles the kernels; returns the text of kernels.generated.ts. */
export function compileKernels(): Promise<string>;
