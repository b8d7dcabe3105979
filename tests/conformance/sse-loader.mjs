// node --import: the SDK's client for HTTP+SSE in place of the one for
// Streamable HTTP. Knows nothing of the suite, whose files stay as they are.
import { registerHooks } from "node:module";

const source =
  'export { SSEClientTransport as StreamableHTTPClientTransport } from "./sse.js";';

registerHooks({
  load(url, context, next) {
    if (!url.endsWith("/client/streamableHttp.js")) return next(url, context);
    return { format: "module", shortCircuit: true, source };
  },
});
