// An agent on the TypeScript SDK 1.x.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport }
  from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { answer, main } from "./agent.mjs";

await main(async (url, revision, isSse) => {
  const questions = [], messages = [];
  const client = new Client({ name: "sdk1", version: "1" },
    { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    questions.push(params.message);
    return { action: "accept", content: answer };
  });
  const transport = isSse ? new SSEClientTransport(url)
    : new StreamableHTTPClientTransport(url);
  transport.onmessage = (message) => messages.push(message);
  let negotiated;
  const setVersion = transport.setProtocolVersion.bind(transport);
  transport.setProtocolVersion = (version) => {
    negotiated = version;
    setVersion(version);
  };
  await client.connect(transport);
  return {
    client, questions, messages, revision: negotiated,
    callTool: (params, options) => client.callTool(params, undefined, options),
    async close() {
      if (!isSse)
        await transport.terminateSession();
      await client.close();
    },
  };
});
