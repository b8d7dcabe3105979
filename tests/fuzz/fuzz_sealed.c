/* libFuzzer's target for what clients keep for us, sealed: ids of sessions and
 * states of requests. The input comes as such a text itself; then its bytes
 * change a good one, which must not open any more. */
#include "tests/unit/mcp/stand.h"

#include <assert.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/seal.h"
#include "mcp/ask_state.h"

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"

static const struct tool tool = { .row = { .name = "t" } };
static const struct call_request what = { .kind = MCP_CALL_TOOL,
					  .tool = &tool };

/* Puts the input over a part of text: data[0] says where. */
static char *
change (const char *text, const uint8_t *data, size_t size)
{
	char *changed = strdup (text);
	size_t n = strlen (changed), at;

	if (size < 2)
		return changed;
	at = data[0] * n / 256;
	for (size_t i = 1; i < size && at < n; i++)
		if (data[i] != '\0')
			changed[at++] = (char) data[i];
	return changed;
}

static bool
state_opens (const struct seal_key *key, const char *text)
{
	struct buffer data = { 0 };
	struct ask_state state;
	struct error err = { .text = "" };
	int r = ask_state_open (key, NULL, &what, text, &data, &state, &err);

	assert (r == 0 || err.text[0] != '\0');
	buffer_fini (&data);
	return r == 0;
}

static void
try_states (const char *text, const uint8_t *data, size_t size)
{
	const struct ask_state state = { .expiry_ms = clock_wall_ms () + 60000,
					 .n_names = 1,
					 .names = { "one" },
					 .state = "own",
					 .size = 3 };
	struct buffer good = { 0 };
	struct seal_key key;
	char *changed;

	seal_key_make (&key);
	ask_state_seal (&good, &key, NULL, &what, &state);
	changed = change (good.data, data, size);
	assert (!state_opens (&key, text));
	assert (state_opens (&key, changed)
		== (strcmp (changed, good.data) == 0));
	free (changed);
	buffer_fini (&good);
}

static void
try_sessions (const char *text, const uint8_t *data, size_t size)
{
	const char *good;
	char *changed;

	stand_restart_with_state ();
	good = stand_initialize ("2025-11-25");
	stand_restart ();
	changed = change (good, data, size);
	assert (stand_post (text, NULL, PING)->status != 200);
	if (strcmp (changed, good) != 0)
		assert (stand_post (changed, NULL, PING)->status != 200);
	assert (stand_post (good, NULL, PING)->status == 200);
	free (changed);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	char *text = strndup ((const char *) data, size);

	log_set_level (LOG_LEVEL_ERROR);
	assert (stand_open (NULL) == 0);
	try_states (text, data, size);
	try_sessions (text, data, size);
	stand_close (NULL);
	free (text);
	return 0;
}
