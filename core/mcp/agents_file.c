/* Reads and writes the file of agents: {"agents":{NAME:entry}}. */
#include "mcp/agents_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "mcp/agent_entry.h"
#include "mcp/state.h"

/* Until what could not be written is tried again. */
#define AGENTS_FILE_RETRY_MS 1000

/* --- Reading --- */

static int
read_all (int fd, struct buffer *text)
{
	ssize_t n = 1;

	while (n > 0) {
		if (buffer_reserve (text, 65536) < 0)
			return text->failed;
		n = read (fd, text->data + text->size, 65536);
		if (n > 0)
			text->size += (size_t) n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	return n < 0 ? -errno : 0;
}

static int
read_file (int fd, struct json_object **ret_value, struct error *err)
{
	struct buffer text = { .max = LIMIT_AGENTS_FILE_BYTES };
	struct stat status;
	int r = 0;

	if (fstat (fd, &status) < 0 || status.st_uid != geteuid ()
	    || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		r = error_set (err, -EACCES,
			       "it has to be ours, and closed to others (mode "
			       "0600)");
	if (r == 0 && (r = read_all (fd, &text)) < 0)
		error_set (err, r, "cannot read it: %s", error_name (r));
	if (r == 0)
		r = json_parse (text.data, text.size, NULL, ret_value, err);
	secret_wipe (&text);
	return r;
}

/* That it is as we write it: who is lost from it is locked out. */
static int
check_shape (struct json_object *root, struct error *err)
{
	struct json_object *entries = json_get (root, "agents");

	if (!json_object_is_type (entries, json_type_object))
		return error_set (err, -EBADMSG,
				  "damaged: it has no object agents");
	json_object_object_foreach (entries, name, entry)
	{
		if (json_get_string (entry, "token") == NULL)
			return error_set (err, -EBADMSG,
					  "damaged: '%.128s' has no token",
					  name);
	}
	return 0;
}

int
agents_file_open (struct agents *agents, const char *path, struct error *err)
{
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int r = fd < 0 && errno != ENOENT ? error_set (
			err, -errno, "cannot open it: %s", error_name (errno))
					  : 0;

	if (fd >= 0) {
		r = read_file (fd, &agents->kept, err);
		close (fd);
		if (r == 0)
			r = check_shape (agents->kept, err);
	}
	if (r < 0) {
		error_prefix (err, "'%.200s'", path);
		return r;
	}
	agents->path = strdup (path);
	return agents->path != NULL ? 0
				    : error_set (err, -ENOMEM, "out of memory");
}

static struct json_object *
find_kept (const struct agents *agents, const char *name)
{
	return json_get (json_get (agents->kept, "agents"), name);
}

struct secret *
agents_file_token (const struct agents *agents, const char *name)
{
	const char *token =
		name != NULL
			? json_get_string (find_kept (agents, name), "token")
			: NULL;

	return token != NULL ? secret_new (token, strlen (token)) : NULL;
}

/* --- Writing --- */

static void
write_agents (struct buffer *json, const struct agents *agents)
{
	const char *separator = "";
	const struct agent *agent;

	buffer_add_literal (json, "{\"agents\":{");
	for (agent = agents->by_name; agent != NULL;
	     agent = agent->by_name.next) {
		if (agent->is_revoked)
			continue;
		buffer_add_text (json, separator);
		json_write_text (json, agent->name);
		buffer_add_char (json, ':');
		agent_write_entry (json, agent);
		separator = ",\n";
	}
	buffer_add_literal (json, "}}\n");
}

static int
write_all (int fd, const struct buffer *text)
{
	size_t done = 0;

	while (done < text->size) {
		ssize_t n = write (fd, text->data + done, text->size - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			done += (size_t) n;
	}
	return fsync (fd) < 0 ? -errno : 0;
}

/* Under another name first, so that there is never half a file. */
static int
replace (const char *path, const struct buffer *text)
{
	char *temporary = text_format ("%s.new", path);
	int fd, r = -ENOMEM;

	if (temporary == NULL)
		return r;
	unlink (temporary);
	fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	r = fd < 0 ? -errno : write_all (fd, text);
	if (fd >= 0)
		close (fd);
	if (r == 0 && rename (temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink (temporary);
	free (temporary);
	return r;
}

static int
write_file (const struct agents *agents, struct error *err)
{
	struct buffer json = { .max = LIMIT_AGENTS_FILE_BYTES };
	int r;

	if (!agents->is_kept || agents->path == NULL)
		return 0;
	write_agents (&json, agents);
	r = json.failed ? json.failed : replace (agents->path, &json);
	secret_wipe (&json);
	return r == 0 ? 0
		      : error_set (err, r, "cannot write '%.200s': %s",
				   agents->path, error_name (r));
}

/* A full disk may have room again. */
static void
write_again (uv_timer_t *timer)
{
	struct mcp *mcp = timer->data;
	struct error err;

	agents_file_write (mcp->agents, &err);
}

static void
fall_behind (struct agents *agents, const struct error *err)
{
	if (!agents->is_behind)
		log_error ("%s; tokens are not kept until it can be",
			   err->text);
	agents->is_behind = true;
	uv_timer_start (&agents->mcp->rewrite, write_again,
			AGENTS_FILE_RETRY_MS, 0);
}

int
agents_file_write (struct agents *agents, struct error *err)
{
	int r = write_file (agents, err);

	if (r < 0) {
		fall_behind (agents, err);
		return r;
	}
	if (agents->is_behind)
		log_notice ("'%s' is written again", agents->path);
	agents->is_behind = false;
	return 0;
}

/* --- The start --- */

static int
restore (struct agents *agents, const char *name, struct json_object *entry,
	 struct error *err)
{
	struct agent_setting setting = {
		.name = name,
		.role = json_get_string (entry, "role"),
		.is_expected =
			json_object_get_boolean (json_get (entry, "expected")),
	};
	struct agent *agent;

	if (agents_find (agents, name) != NULL)
		return 0;
	return agents_add (agents, &setting, &agent, err);
}

int
agents_file_begin (struct agents *agents, struct error *err)
{
	struct json_object *kept = json_get (agents->kept, "agents");
	int r = 0;

	if (json_object_is_type (kept, json_type_object)) {
		json_object_object_foreach (kept, name, entry)
		{
			if (r == 0)
				r = restore (agents, name, entry, err);
		}
	}
	json_object_put (agents->kept);
	agents->kept = NULL;
	agents->is_kept = r == 0;
	return r == 0 ? write_file (agents, err) : r;
}
