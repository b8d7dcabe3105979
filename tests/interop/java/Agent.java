// An agent on the official Java SDK: it does what its first argument says and
// prints what it saw as one JSON object. The server's URL is in the
// environment, as the orchestrator hands it out. So is the revision of the
// protocol that the agent asks for; over HTTP+SSE the SDK knows only its own.

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;

class Agent {
	static final Duration LIMIT = Duration.ofSeconds(60);
	static final McpJsonMapper JSON = McpJsonDefaults.getMapper();

	final McpSyncClient client;
	final McpSchema.InitializeResult hello;
	// What the server sent besides answers.
	final BlockingQueue<List<Object>> progress = new LinkedBlockingQueue<>();
	final List<String> asked = new CopyOnWriteArrayList<>();

	Agent(String url, String revision) {
		client = McpClient.sync(transport(url, revision))
			.requestTimeout(LIMIT)
			.initializationTimeout(LIMIT)
			.capabilities(McpSchema.ClientCapabilities.builder()
				.elicitation().build())
			.progressConsumer(this::onProgress)
			.elicitation(this::onElicitation)
			.build();
		hello = client.initialize();
	}

	@SuppressWarnings("deprecation") // HTTP+SSE is old
	static McpClientTransport transport(String url, String revision) {
		if (url.endsWith("/sse")) {
			return HttpClientSseClientTransport.builder(url).build();
		}
		return HttpClientStreamableHttpTransport.builder(url)
			.supportedProtocolVersions(List.of(revision)).build();
	}

	void onProgress(McpSchema.ProgressNotification p) {
		progress.add(Arrays.asList(p.progress(), p.total(), p.message()));
	}

	McpSchema.ElicitResult onElicitation(McpSchema.ElicitFormRequest request) {
		asked.add(request.message());
		return McpSchema.ElicitResult
			.builder(McpSchema.ElicitResult.Action.ACCEPT)
			.content(Map.of("username", "kim",
				"email", "kim@example.org"))
			.build();
	}

	Map<String, Object> call(String tool, Map<String, Object> arguments,
				 int ticks) throws InterruptedException {
		var request = McpSchema.CallToolRequest.builder(tool)
			.arguments(arguments);
		if (ticks > 0) {
			request.progressToken("t");
		}
		var result = client.callTool(request.build());
		var text = (McpSchema.TextContent) result.content().get(0);
		var seen = new HashMap<String, Object>();
		seen.put("is_error", Boolean.TRUE.equals(result.isError()));
		seen.put("text", text.text());
		seen.put("asked", asked);
		seen.put("progress", takeProgress(ticks));
		return seen;
	}

	// This client runs each handler on some thread: perhaps after the
	// answer, and in whatever order. The wire has them as they rise.
	List<List<Object>> takeProgress(int ticks) throws InterruptedException {
		var taken = new ArrayList<List<Object>>();
		while (taken.size() < ticks) {
			var p = progress.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
			if (p == null) {
				throw new IllegalStateException(
					"no more progress after " + taken);
			}
			taken.add(p);
		}
		taken.sort(Comparator.comparing(
			p -> ((Number) p.get(0)).doubleValue()));
		return taken;
	}

	String report(String name, int n) {
		try {
			var seen = call("update_status", Map.of(
				"agent_name", name, "phase", "execution",
				"status", "progress", "message", "" + n,
				"metadata", Map.of("n", n)), 0);
			if (seen.get("is_error").equals(true)) {
				throw new IllegalStateException(seen.toString());
			}
			return (String) seen.get("text");
		} catch (InterruptedException e) {
			throw new IllegalStateException(e);
		}
	}

	// Several in one session.
	Map<String, Object> reports(String name, int count) {
		var texts = IntStream.range(0, count)
			.mapToObj(n -> report(name, n)).toList();
		return Map.of("texts", texts, "revision", hello.protocolVersion(),
			"server", hello.serverInfo().name());
	}

	// All reports under way together.
	Map<String, Object> atOnce(String name, int count) {
		var threads = Executors.newFixedThreadPool(count);
		var calls = IntStream.range(0, count)
			.mapToObj(n -> CompletableFuture.supplyAsync(
				() -> report(name, n), threads)).toList();
		var texts = calls.stream().map(CompletableFuture::join).toList();
		threads.shutdown();
		return Map.of("texts", texts);
	}

	Map<String, Object> tools() {
		return Map.of("tools", client.listTools().tools().stream()
			.map(McpSchema.Tool::name).toList());
	}

	// Errors of a tool and of the protocol, then a good call.
	Map<String, Object> errors() throws InterruptedException {
		var seen = call("update_status", Map.of("phase", "x"), 0);
		try {
			call("nonsense", Map.of(), 0);
		} catch (McpError e) {
			seen.put("unknown", e.getJsonRpcError().message());
		}
		seen.put("after", report("a", 0));
		return seen;
	}

	Map<String, Object> run(String... words) throws Exception {
		switch (words[0]) {
		case "reports":
			return reports(words[1], Integer.parseInt(words[2]));
		case "at_once":
			return atOnce(words[1], Integer.parseInt(words[2]));
		case "tools":
			return tools();
		case "errors":
			return errors();
		default: // call TOOL ARGUMENTS TICKS
			return call(words[1], JSON.readValue(words[2],
				new TypeRef<Map<String, Object>>() { }),
				Integer.parseInt(words[3]));
		}
	}

	public static void main(String[] words) throws Exception {
		var agent = new Agent(System.getenv("DELIBERATE_ORCHESTRATOR_URL"),
			System.getenv("REVISION"));
		var seen = agent.run(words);
		if (!agent.client.closeGracefully()) {
			throw new IllegalStateException("the session did not end");
		}
		System.out.println(JSON.writeValueAsString(seen));
	}
}
