// An agent on the official Go SDK: it does what its first argument says and
// prints what it saw as one JSON object. The server's URL is in the
// environment, as the orchestrator hands it out, and so is the revision of the
// protocol that the agent asks for.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const limit = 60 * time.Second

type object = map[string]any

// agent is a session, and what the server sent besides answers.
type agent struct {
	*mcp.ClientSession
	ctx      context.Context
	progress chan []any
	asked    []string
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func transport(url string) mcp.Transport {
	if strings.HasSuffix(url, "/mcp") {
		return &mcp.StreamableClientTransport{Endpoint: url}
	}
	return &mcp.SSEClientTransport{Endpoint: url}
}

func connect(ctx context.Context) *agent {
	a := &agent{ctx: ctx, progress: make(chan []any, 100)}
	client := mcp.NewClient(&mcp.Implementation{Name: "agent", Version: "1"},
		&mcp.ClientOptions{
			ProgressNotificationHandler: a.onProgress,
			ElicitationHandler:          a.onElicitation,
		})
	a.ClientSession = must(client.Connect(ctx,
		transport(os.Getenv("DELIBERATE_ORCHESTRATOR_URL")),
		&mcp.ClientSessionOptions{ProtocolVersion: os.Getenv("REVISION")}))
	return a
}

func (a *agent) onProgress(_ context.Context,
	request *mcp.ProgressNotificationClientRequest) {
	p := request.Params
	a.progress <- []any{p.Progress, p.Total, p.Message}
}

func (a *agent) onElicitation(_ context.Context,
	request *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	a.asked = append(a.asked, request.Params.Message)
	return &mcp.ElicitResult{Action: "accept", Content: object{
		"username": "kim", "email": "kim@example.org"}}, nil
}

func (a *agent) call(tool string, arguments object, ticks int) object {
	params := &mcp.CallToolParams{Name: tool, Arguments: arguments}
	if ticks > 0 {
		params.SetProgressToken("t")
	}
	result := must(a.CallTool(a.ctx, params))
	progress := [][]any{}
	for len(progress) < ticks { // the handler may run after the answer
		select {
		case p := <-a.progress:
			progress = append(progress, p)
		case <-a.ctx.Done():
			log.Fatal("no more progress after ", progress)
		}
	}
	return object{"is_error": result.IsError, "progress": progress,
		"text":  result.Content[0].(*mcp.TextContent).Text,
		"asked": a.asked}
}

func (a *agent) report(name string, n int) string {
	seen := a.call("update_status", object{
		"agent_name": name, "phase": "execution", "status": "progress",
		"message": fmt.Sprint(n), "metadata": object{"n": n}}, 0)
	if seen["is_error"] == true {
		log.Fatal(seen)
	}
	return seen["text"].(string)
}

// reports are several in one session.
func (a *agent) reports(name string, count int) object {
	texts := make([]string, count)
	for n := range texts {
		texts[n] = a.report(name, n)
	}
	hello := a.InitializeResult()
	return object{"texts": texts, "revision": hello.ProtocolVersion,
		"server": hello.ServerInfo.Name}
}

// atOnce has all reports under way together.
func (a *agent) atOnce(name string, count int) object {
	var group sync.WaitGroup
	texts := make([]string, count)
	for n := range texts {
		group.Go(func() { texts[n] = a.report(name, n) })
	}
	group.Wait()
	return object{"texts": texts}
}

func (a *agent) tools() object {
	names := []string{}
	for tool, err := range a.Tools(a.ctx, nil) {
		names = append(names, must(tool, err).Name)
	}
	return object{"tools": names}
}

// errors are of a tool and of the protocol, then comes a good call.
func (a *agent) errors() object {
	bad := a.call("update_status", object{"phase": "x"}, 0)
	_, err := a.CallTool(a.ctx, &mcp.CallToolParams{Name: "nonsense"})
	bad["unknown"] = fmt.Sprint(err)
	bad["after"] = a.report("a", 0)
	return bad
}

func (a *agent) run(scenario string, words ...string) object {
	switch scenario {
	case "reports":
		return a.reports(words[0], must(strconv.Atoi(words[1])))
	case "at_once":
		return a.atOnce(words[0], must(strconv.Atoi(words[1])))
	case "tools":
		return a.tools()
	case "errors":
		return a.errors()
	}
	var arguments object // call TOOL ARGUMENTS TICKS
	if err := json.Unmarshal([]byte(words[1]), &arguments); err != nil {
		log.Fatal(err)
	}
	return a.call(words[0], arguments, must(strconv.Atoi(words[2])))
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	a := connect(ctx)
	seen := a.run(os.Args[1], os.Args[2:]...)
	if err := a.Close(); err != nil {
		log.Fatal("close: ", err)
	}
	fmt.Println(string(must(json.Marshal(seen))))
}
