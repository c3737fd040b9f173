import { openParentLine } from '../process/parent.ts';
import { createComposer } from './composer.ts';
import type { FromService, ToService } from './protocol.ts';
import { serveRequests } from './serve.ts';

/** Entry of the inference process. */
const line = openParentLine<ToService, FromService>(() => process.exit(0));
const composer = createComposer((state) => line.send({ state }));
line.onMessage(serveRequests(composer, (message) => line.send(message)));
