"""Lists that are longer than a page, to their end."""

import pytest

from support import schema
from support.client import RpcError, Streamable
from support.modern import Modern

# method, member, the key of a row, and the first one
LISTS = [("tools/list", "tools", "name", "tool_000"),
         ("resources/list", "resources", "uri", "many://000"),
         ("resources/templates/list", "resourceTemplates", "uriTemplate",
          "many://000/{x}"),
         ("prompts/list", "prompts", "name", "prompt_000")]
EACH_LIST = pytest.mark.parametrize("method, member, key, first", LISTS)


@pytest.fixture
def many(start):
    server = start(plugins=("many",))
    server.link.hello()
    return server


def connect(server, revision=schema.LATEST):
    if revision == schema.STATELESS:
        return Modern(server)
    agent = Streamable(server, revision=revision)
    agent.initialize()
    return agent


def pages(agent, method, member):
    """All pages of a list, each its rows."""
    params, rows = {}, []
    for _ in range(10):
        result = agent.request(method, params)
        rows.append(result[member])
        if "nextCursor" not in result:
            return rows
        params = {"cursor": result["nextCursor"]}
    raise AssertionError("it does not end")


@EACH_LIST
@pytest.mark.parametrize("revision", [*schema.REVISIONS, schema.STATELESS])
def test_the_pages_of_a_list_have_each_row_once(many, revision, method, member,
                                                key, first):
    rows = pages(connect(many, revision), method, member)
    assert len(rows) > 1 and all(rows)
    keys = [row[key] for page in rows for row in page]
    assert len(keys) == 250
    assert keys == sorted(set(keys))
    assert keys[0] == first


def next_cursor(agent, method):
    return agent.request(method)["nextCursor"]


@EACH_LIST
def test_a_cursor_of_another_list_is_refused(many, method, member, key, first):
    agent = connect(many)
    for other, *_ in LISTS:
        if other == method:
            continue
        with pytest.raises(RpcError) as refused:
            agent.request(method, {"cursor": next_cursor(agent, other)})
        assert refused.value.code == -32602


@EACH_LIST
@pytest.mark.parametrize("cursor", ["x", "100", "tools", ":", 100, {}])
def test_a_cursor_that_nobody_gave_is_refused(many, method, member, key, first,
                                              cursor):
    with pytest.raises(RpcError) as refused:
        connect(many).request(method, {"cursor": cursor})
    assert refused.value.code == -32602


@EACH_LIST
def test_a_cursor_is_good_for_any_session_and_again(many, method, member, key,
                                                    first):
    cursor = {"cursor": next_cursor(connect(many), method)}
    agent = connect(many)
    assert agent.request(method, cursor) == agent.request(method, cursor)


def test_an_empty_cursor_is_the_beginning(many):
    agent = connect(many)
    assert agent.request("tools/list", {"cursor": ""}) == \
        agent.request("tools/list")
