// An agent on the TypeScript client 2.x, which speaks 2026-07-28 when asked to
// find out; over HTTP+SSE it then falls back to initialize.
import { Client, SSEClientTransport, StreamableHTTPClientTransport }
  from "@modelcontextprotocol/client";
import { answer, main } from "./agent.mjs";

await main(async (url, revision, isSse) => {
  const questions = [], messages = [];
  const mode = revision === "2026-07-28" ? "auto" : "legacy";
  const client = new Client({ name: "sdk2", version: "1" }, {
    capabilities: { elicitation: {} }, versionNegotiation: { mode },
  });
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    questions.push(params.message);
    return { action: "accept", content: answer };
  });
  const transport = isSse ? new SSEClientTransport(url)
    : new StreamableHTTPClientTransport(url);
  transport.onmessage = (message) => messages.push(message);
  await client.connect(transport);
  return {
    client, questions, messages,
    revision: client.getNegotiatedProtocolVersion(),
    callTool: (params, options) => client.callTool(params, options),
    async close() {
      if (transport.sessionId)
        await transport.terminateSession();
      await client.close();
    },
  };
});
