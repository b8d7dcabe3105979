"""What goes wrong in conversations: at the level of bytes, of the head, of
JSON, and of the order. A mutation is data in its step, so that a conversation
can be had again, and shortened."""

import json

# Written where a value stands; what follows them is no JSON that Python makes.
RAW = "@raw@"
NUMBERS = ["1e400", "-1e400", "1" * 400, "-0", "0.1e-400", "9" * 25,
           "18446744073709551616", "-9223372036854775809", "1.0", "2e0",
           "NaN", "Infinity", "0x1", "01"]
TEXTS = ["", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\x7f\x80", "\u2028",
         "../../../etc/passwd", "test://{id}", "{}", "[]", "null", "%", "%00",
         "file:///", "a" * 300, "é" * 5000, "a" * 70_000, "__proto__",
         "2024-11-05", "2025-03-26", "2026-07-28", "2099-01-01",
         "initialize", "tools/call", "ping", "update_status",
         "io.modelcontextprotocol/protocolVersion", "*", "\r\nX: y", "\n\n"]
VALUES = [None, True, False, 0, -1, 1, 2 ** 31, 2 ** 53 + 1, -2 ** 63, 0.5,
          1e308, [], {}, [[]], [{}], {"": ""}, [None] * 50]
HEADERS = ["Accept", "Content-Type", "MCP-Protocol-Version", "Mcp-Session-Id",
           "Mcp-Method", "Mcp-Name", "Last-Event-ID", "Host", "Origin",
           "Authorization", "Content-Encoding", "Expect", "Connection",
           "Upgrade", "Mcp-Param-Region", "Content-Length",
           "Transfer-Encoding", "Cookie", "X-Forwarded-For"]
HEADER_VALUES = ["", "*/*", "application/json", "text/event-stream",
                 "text/plain", "application/json, text/event-stream",
                 "application/json;q=0", "text/event-stream;q=0.1, */*;q=0",
                 "application/json; charset=utf-16", "2024-11-05",
                 "2025-03-26", "2025-11-25", "2026-07-28", "2099-01-01",
                 "{session}", "{session}x", "{event}", "tools/call", "ping",
                 "update_status", "=?base64?cGluZw==?=", "=?base64?%%?=",
                 "a" * 3000, "\xff\xfe", "http://evil.example", "null",
                 "localhost", "127.0.0.1", "evil.example", "Bearer x",
                 "100-continue", "close", "keep-alive", "chunked", "gzip",
                 "0", "-1", "5", "99999999", "identity"]
BYTES = [b"\0", b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\t", b":", b'"', b"\\",
         b"{", b"}", b"[", b"]", b",", b"\xff", b"\xc0\x80", b"\xed\xa0\x80",
         b"\\u0000", b"\\ud800", b"1e999", b"0\r\n\r\n", b"ffffffff\r\n",
         b"Transfer-Encoding: chunked\r\n", b"Content-Length: 1\r\n",
         b"HTTP/1.1", b"GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n"]


# -- JSON --

def paths(value, path=()):
    """The place of each value in a value."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for key, item in enumerate(value):
            yield from paths(item, (*path, key))


def value_at(value, path):
    for key in path:
        value = value[key]
    return value


def random_value(random):
    kind = random.random()
    if kind < 0.4:
        return random.choice(TEXTS)
    if kind < 0.6:
        return RAW + random.choice(NUMBERS)
    if kind < 0.65:
        depth = random.choice([5, 60, 70, 500])
        return f"{RAW}{'[' * depth}{']' * depth}"
    return random.choice(VALUES)


def mutate_json(random, body):
    """A copy of a body with something changed."""
    body = json.loads(json.dumps(body))
    place = random.choice(list(paths(body)))
    if not place:
        return random.choice([[body], [body, body], random_value(random),
                              {**body, "x": body}
                              if isinstance(body, dict) else {}])
    parent, key = value_at(body, place[:-1]), place[-1]
    kind = random.randrange(7)
    if kind < 3:
        parent[key] = random_value(random)
    elif kind == 3:
        del parent[key]
    elif kind == 4:
        parent[key] = [parent[key]]
    elif kind == 5:
        other = value_at(body, random.choice(list(paths(body))))
        parent[key] = json.loads(json.dumps(other))
    elif isinstance(parent, dict):
        parent[random.choice(TEXTS)] = parent.pop(key)
    else:
        parent.insert(key, random_value(random))
    return body


def dump(value):
    """The JSON text of a body."""
    text = json.dumps(value)
    while (start := text.find(f'"{RAW}')) >= 0:
        end = text.index('"', start + 1)
        text = text[:start] + text[start + 1 + len(RAW):end] + text[end + 1:]
    return text


# -- the head --

def mutate_head(random, headers):
    headers = [list(pair) for pair in headers]
    kind = random.randrange(5)
    if kind == 0 and headers:
        headers.pop(random.randrange(len(headers)))
    elif kind == 1 and headers:
        headers.append(list(random.choice(headers)))
    elif kind == 2 and headers:
        random.choice(headers)[1] = random.choice(HEADER_VALUES)
    elif kind == 3 and headers:
        pair = random.choice(headers)
        pair[0] = random.choice([pair[0].lower(), pair[0].upper(),
                                 pair[0] + " ", "X-" + pair[0]])
    else:
        headers.insert(random.randrange(len(headers) + 1), [
            random.choice(HEADERS), random.choice(HEADER_VALUES)])
    return headers


# -- bytes --

def byte_mutation(random):
    """[what, where, how far, with what]; places are parts of 2**30."""
    return [random.choice(["flip", "cut", "put", "twice", "end", "over"]),
            random.randrange(1 << 30), random.choice([1, 1, 2, 5, 30, 300]),
            random.choice(BYTES).decode("latin-1")]


def mutate_bytes(data, mutation):
    what, where, size, text = mutation
    at = where % (len(data) + 1)
    text = text.encode("latin-1")
    if what == "flip" and at < len(data):
        return data[:at] + bytes([data[at] ^ (1 << where % 8)]) + data[at + 1:]
    if what == "cut":
        return data[:at] + data[at + size:]
    if what == "twice":
        return data[:at] + data[max(0, at - size):]
    if what == "end":
        return data[:at]
    if what == "over":
        return data[:at] + text + data[at + len(text):]
    return data[:at] + text + data[at:]


# -- the order, and which of them --

def mutate_order(random, steps):
    steps = [dict(step, is_mutated=True) for step in steps]
    at = random.randrange(len(steps))
    kind = random.randrange(4)
    if kind == 0:
        steps.pop(at)
    elif kind == 1:
        steps.insert(random.randrange(len(steps) + 1), dict(steps[at]))
    elif kind == 2:
        other = random.randrange(len(steps))
        steps[at], steps[other] = steps[other], steps[at]
    else:
        random.shuffle(steps)
    return steps


def mutate_step(random, step):
    """A copy of a step, mutated at one level."""
    step = dict(step, is_mutated=True)
    kind = random.random()
    if kind < 0.45 and "body" in step:
        step["body"] = mutate_json(random, step["body"])
    elif kind < 0.7 and "headers" in step:
        step["headers"] = mutate_head(random, step["headers"])
    elif kind < 0.75:
        step["leaves"] = random.choice(["close", "reset"])
    elif kind < 0.8:
        step["method"] = random.choice(["GET", "POST", "DELETE", "PUT", "HEAD",
                                        "OPTIONS", "BREW"])
    else:
        step["bytes"] = [byte_mutation(random)
                         for _ in range(random.choice([1, 1, 2, 4]))]
        step["leaves"] = random.choice(["", "", "close", "reset"])
    return step


def mutate(random, steps):
    """A conversation, mutated at some places; now and then nowhere."""
    if random.random() < 0.3:
        steps = mutate_order(random, steps)
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        if steps:
            at = random.randrange(len(steps))
            steps[at] = mutate_step(random, steps[at])
    return steps
