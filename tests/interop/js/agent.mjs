// What agents on the TypeScript SDKs do; sdk1.mjs and sdk2.mjs say how each
// connects. An agent does what its arguments say and prints what it saw as one
// JSON object. The server's URL is in the environment.
//
//   node sdk1.mjs|sdk2.mjs REVISION SCENARIO [ARGUMENT ...]

const text = (result) => result.content.map((block) => block.text).join("");

async function report(client, name, n) {
  const result = await client.callTool({
    name: "update_status",
    arguments: {
      agent_name: name, phase: "execution", status: "progress",
      message: `${n}`, metadata: { n },
    },
  });
  if (result.isError)
    throw new Error(text(result));
  return text(result);
}

const scenarios = {
  // Several reports, one after the other.
  async reports({ client, revision }, name, count) {
    const texts = [];
    for (let n = 0; n < Number(count); n++)
      texts.push(await report(client, name, n));
    return { texts, revision, server: client.getServerVersion()?.name };
  },

  // All reports under way together.
  async at_once({ client }, name, count) {
    const all = Array.from({ length: Number(count) }, (_, n) =>
      report(client, name, n));
    return { texts: await Promise.all(all) };
  },

  async tools({ client }) {
    const { tools } = await client.listTools();
    return { tools: tools.map((tool) => tool.name) };
  },

  // Errors of a tool, then a good call on the same session.
  async errors({ client }) {
    const bad = await client.callTool({
      name: "update_status", arguments: { phase: "x" },
    });
    const unknown = await client.callTool({ name: "nonsense", arguments: {} })
      .then((result) => result.isError, (error) => error.code);
    return {
      is_error: bad.isError === true, text: text(bad), unknown,
      after: await report(client, "a", 0),
    };
  },

  // A slow call, whose every next step waits until the last one was told here.
  async progress({ client, callTool, messages }) {
    const progress = [];
    const gate = { gate: "a" };
    const release = () => client.callTool({ name: "release", arguments: gate });
    const releases = [await release()];
    const result = await callTool(
      { name: "progress_ticks", arguments: { n: 3, ...gate } }, {
        onprogress(seen) {
          progress.push([seen.progress, seen.total, seen.message]);
          if (progress.length < 3)
            releases.push(release());
        },
      });
    await Promise.all(releases);
    // What came of it, whatever the SDK made of that.
    const came = messages.map(({ params, result }) =>
      result?.content ? text(result) : params?.message)
      .filter((words) => words?.includes("tick"));
    return { text: text(result), progress, came };
  },

  // A call that asks the user.
  async ask({ client, questions }, message) {
    const result = await client.callTool({
      name: "test_elicitation", arguments: { message },
    });
    return {
      is_error: result.isError === true, text: text(result), questions,
    };
  },
};

export const answer = { username: "kim", email: "kim@example.org" };

// connect (url, revision, isSse) returns what scenarios take: client, revision,
// callTool (params, options), questions, messages (all that came in); and a
// close ().
export async function main(connect) {
  const [revision, scenario, ...words] = process.argv.slice(2);
  const url = new URL(process.env.DELIBERATE_ORCHESTRATOR_URL);
  const isSse = /\/(sse|messages)$/.test(url.pathname);
  const connection = await connect(url, revision, isSse);
  const seen = await scenarios[scenario](connection, ...words);
  await connection.close();
  console.log(JSON.stringify(seen));
}
