/** Collects named values; the order of the calls is the order of the features. */
export class FeatureList {
  readonly names: string[] = [];
  readonly values: number[] = [];

  put(name: string, value: number): void {
    this.names.push(name);
    this.values.push(Number.isFinite(value) ? value : 0);
  }

  /** One value an index: name0, name1 … */
  putAll(name: string, values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i++) this.put(`${name}${i}`, values[i]);
  }
}
