/* Opening plugins, with the dynamic linker for its true reasons and libltdl
 * for keeping them. Knows nothing of descriptors. */
#include <config.h>

#include "plugin/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <ltdl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/statvfs.h>

#define ENTRY "mcp_plugin_v1"
_Static_assert(MCP_ABI == 1, "ENTRY has the number of MCP_ABI");

int
module_begin (struct error *err)
{
	if (lt_dlinit () != 0)
		return error_set (err, -EIO, "libltdl cannot begin: %s",
				  lt_dlerror ());
	return 0;
}

void
module_end (void)
{
	lt_dlexit ();
}

/* What to do about a reason of the dynamic linker's. */
static const char *
cure (const char *reason, const char *copy)
{
	struct statvfs fs;

	if (strstr (reason, "undefined symbol") != NULL)
		return "link the plugin with the library that defines it (a "
		       "plugin uses nothing of the server but its host table)";
	if (strstr (reason, "cannot open shared object file") != NULL)
		return "install that library, or tell the linker where it is";
	if (statvfs (copy, &fs) == 0 && (fs.f_flag & ST_NOEXEC) != 0)
		return "the temporary directory is mounted noexec; name "
		       "another in TMPDIR";
	return "build it for this machine";
}

static int
refuse (const char *copy, struct error *err)
{
	const char *reason = dlerror ();
	size_t size = strlen (copy);

	/* It names the copy, which means nothing to anybody. */
	if (strncmp (reason, copy, size) == 0
	    && strncmp (reason + size, ": ", 2) == 0)
		reason += size + 2;
	return error_set (err, -ENOEXEC, "cannot be opened: %s; %s", reason,
			  cure (reason, copy));
}

/* The address and file of what is called name in scope, which is a handle. */
static void *
find (void *scope, const char *name, const char **ret_file)
{
	void *address = dlsym (scope, name);
	Dl_info info;

	*ret_file = address != NULL && dladdr (address, &info) != 0
			    ? info.dli_fname
			    : "?";
	return address;
}

/* json-c objects go from the server to the plugin and back, so both must
 * have the same code for them. */
static int
check_json_c (void *handle, const char *copy, const char *file,
	      struct error *err)
{
	static const char symbol[] = "json_object_get";
	const char *ours_file, *theirs_file;
	void *ours = find (RTLD_DEFAULT, symbol, &ours_file);
	void *theirs = find (handle, symbol, &theirs_file);

	if (theirs == NULL || theirs == ours)
		return 0;
	return error_set (
		err, -ENOEXEC,
		"brings another json-c: '%s', the server has '%s'; "
		"link it with the server's, use the *_text functions "
		"alone, or run it in a process of its own (--isolate)",
		strcmp (theirs_file, copy) == 0 ? file : theirs_file,
		ours_file);
}

static int
open_kept (struct module *module, const char *copy, struct error *err)
{
	module->handle = lt_dlopen (copy);
	if (module->handle == NULL)
		return error_set (err, -ENOEXEC, "cannot be opened: %s",
				  lt_dlerror ());
	/* A pointer to a function by way of the one to data, as POSIX says. */
	*(void **) &module->entry = lt_dlsym (module->handle, ENTRY);
	if (module->entry == NULL)
		return error_set (err, -ENOEXEC,
				  "does not export " ENTRY "; end the plugin's "
				  "source with MCP_PLUGIN (descriptor)");
	return 0;
}

/* Opens it so that it finds its own functions first; a sanitizer wants to have
 * all of them. *handle becomes NULL when that fails. */
static void
open_apart (void **handle, const char *copy)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
	(void) handle;
	(void) copy;
#else
	dlclose (*handle);
	*handle = dlopen (copy, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
#endif
}

int
module_open (struct module *module, const char *copy, const char *file,
	     bool is_alone, struct error *err)
{
	/* libltdl binds late and says "file not found" for everything. */
	void *first = dlopen (copy, RTLD_NOW | RTLD_LOCAL);
	int r;

	*module = (struct module){ 0 };
	if (first == NULL)
		return refuse (copy, err);
	r = check_json_c (first, copy, file, err);
	if (r < 0 && is_alone) {
		module->has_json_c = true;
		open_apart (&first, copy);
		r = first != NULL ? 0 : refuse (copy, err);
	}
	if (r == 0)
		r = open_kept (module, copy, err);
	if (r < 0)
		module_close (module);
	if (first != NULL)
		dlclose (first);
	return r;
}

void
module_close (struct module *module)
{
	if (module->handle != NULL)
		lt_dlclose (module->handle);
	*module = (struct module){ 0 };
}
