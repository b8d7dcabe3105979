-- wrk's side of the benchmark: the same POST again and again, but for its id,
-- which no request of a session has that is under way. From the environment:
-- BENCH_BODY with "id":7, BENCH_HEADERS, a "Name: value" a line, and
-- BENCH_SESSIONS, session ids that take turns, or none.

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"

local ids = 4096
local requests, turn = {}, 0

function init (args)
	local body, sessions = os.getenv ("BENCH_BODY"), {}

	for name, value in os.getenv ("BENCH_HEADERS"):gmatch ("(%S+): (%C+)") do
		wrk.headers[name] = value
	end
	for session in os.getenv ("BENCH_SESSIONS"):gmatch ("%S+") do
		sessions[#sessions + 1] = session
	end
	for i = 0, ids - 1 do
		wrk.headers["Mcp-Session-Id"] = sessions[i % #sessions + 1]
		wrk.body = body:gsub ('"id":7', '"id":' .. 10000 + i)
		requests[#requests + 1] = wrk.format ()
	end
end

function request ()
	turn = turn % #requests + 1
	return requests[turn]
end

function done (summary, latency, _)
	local errors = summary.errors
	io.write (string.format (
		'{"requests":%d,"seconds":%.3f,"p50_us":%.1f,"p99_us":%.1f,' ..
		'"errors":%d}\n',
		summary.requests, summary.duration / 1e6,
		latency:percentile (50), latency:percentile (99),
		errors.connect + errors.read + errors.write + errors.status +
		errors.timeout))
end
