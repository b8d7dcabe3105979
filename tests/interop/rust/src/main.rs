//! An agent on the official Rust SDK: it does what its first argument says and
//! prints what it saw as one JSON object. The server's URL is in the
//! environment, as the orchestrator hands it out, and so is the revision of the
//! protocol that the agent asks for.

use std::{env, error::Error, sync::Mutex, time::Duration};

use futures::future::try_join_all;
use rmcp::{
    ClientHandler, ClientLifecycleMode, ClientServiceExt, ErrorData, RoleClient,
    model::*,
    service::{NotificationContext, RequestContext, RunningService},
    transport::StreamableHttpClientTransport,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const LIMIT: Duration = Duration::from_secs(60);

type Failure = Box<dyn Error>;

/// What the server sends besides answers goes here.
struct Client {
    info: ClientConfig,
    progress: UnboundedSender<Value>,
    asked: Mutex<Vec<String>>,
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        self.info.clone()
    }

    async fn on_progress(
        &self,
        p: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        let _ = self.progress.send(json!([p.progress, p.total, p.message]));
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        if let ElicitRequestParams::FormElicitationParams { message, .. } = request {
            self.asked.lock().unwrap().push(message);
        }
        Ok(ElicitResult::new(ElicitationAction::Accept)
            .with_content(json!({"username": "kim", "email": "kim@example.org"})))
    }
}

struct Agent {
    session: RunningService<RoleClient, Client>,
    progress: UnboundedReceiver<Value>,
}

async fn connect() -> Result<Agent, Failure> {
    let version: ProtocolVersion = serde_json::from_value(json!(env::var("REVISION")?))?;
    let lifecycle = if version == ProtocolVersion::V_2026_07_28 {
        ClientLifecycleMode::Discover {
            preferred_versions: vec![version.clone()],
        }
    } else {
        ClientLifecycleMode::Initialize
    };
    let mut capabilities = ClientCapabilities::default();
    capabilities.elicitation = Some(Default::default());
    let (sender, progress) = unbounded_channel();
    let client = Client {
        info: ClientConfig::new(capabilities, Implementation::new("agent", "1"))
            .with_protocol_version(version),
        progress: sender,
        asked: Mutex::default(),
    };
    let url = env::var("DELIBERATE_ORCHESTRATOR_URL")?;
    let transport = StreamableHttpClientTransport::from_uri(url);
    let session = client.serve_with_lifecycle(transport, lifecycle).await?;
    Ok(Agent { session, progress })
}

impl Agent {
    async fn call(&self, tool: &str, arguments: Value) -> Result<Value, Failure> {
        let arguments = serde_json::from_value(arguments)?;
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let result = self.session.call_tool(params).await?;
        let text = result.content[0].as_text().ok_or("no text")?;
        Ok(json!({"is_error": result.is_error.unwrap_or(false), "text": text.text}))
    }

    async fn report(&self, name: &str, n: usize) -> Result<Value, Failure> {
        let seen = self
            .call(
                "update_status",
                json!({"agent_name": name, "phase": "execution", "status": "progress",
                       "message": n.to_string(), "metadata": {"n": n}}),
            )
            .await?;
        if seen["is_error"] == true {
            return Err(seen.to_string().into());
        }
        Ok(seen["text"].clone())
    }

    /// Several reports in one session.
    async fn reports(&self, name: &str, count: usize) -> Result<Value, Failure> {
        let mut texts = vec![];
        for n in 0..count {
            texts.push(self.report(name, n).await?);
        }
        let hello = self.session.peer_info().ok_or("no handshake")?;
        Ok(json!({"texts": texts, "revision": hello.protocol_version,
                  "server": hello.server_info.as_ref().map(|info| &info.name)}))
    }

    /// All reports under way together.
    async fn at_once(&self, name: &str, count: usize) -> Result<Value, Failure> {
        let texts = try_join_all((0..count).map(|n| self.report(name, n))).await?;
        Ok(json!({"texts": texts}))
    }

    async fn tools(&self) -> Result<Value, Failure> {
        let tools = self.session.list_all_tools().await?;
        let names: Vec<_> = tools.iter().map(|tool| &tool.name).collect();
        Ok(json!({"tools": names}))
    }

    /// Errors of a tool and of the protocol, then a good call.
    async fn errors(&self) -> Result<Value, Failure> {
        let mut seen = self.call("update_status", json!({"phase": "x"})).await?;
        let unknown = self.call("nonsense", json!({})).await;
        seen["unknown"] = json!(unknown.err().ok_or("no error")?.to_string());
        seen["after"] = self.report("a", 0).await?;
        Ok(seen)
    }

    /// A call, and the progress that it made, which the SDK always asks for.
    async fn watched(&mut self, words: &[&str]) -> Result<Value, Failure> {
        let mut seen = self.call(words[0], serde_json::from_str(words[1])?).await?;
        let mut progress = vec![];
        while progress.len() < words[2].parse()? {
            progress.push(self.progress.recv().await.ok_or("no more progress")?);
        }
        seen["progress"] = json!(progress);
        seen["asked"] = json!(*self.session.service().asked.lock().unwrap());
        Ok(seen)
    }
}

async fn run(words: &[&str]) -> Result<(), Failure> {
    let mut agent = connect().await?;
    let seen = match words {
        ["reports", name, count] => agent.reports(name, count.parse()?).await?,
        ["at_once", name, count] => agent.at_once(name, count.parse()?).await?,
        ["tools"] => agent.tools().await?,
        ["errors"] => agent.errors().await?,
        ["call", call @ ..] => agent.watched(call).await?,
        _ => return Err("unknown scenario".into()),
    };
    agent.session.close().await?;
    println!("{seen}");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    tokio::time::timeout(LIMIT, run(&words)).await?
}
