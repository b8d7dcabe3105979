# mcp-plugin.m4 - for plugins of mcp-orchestrator that are built elsewhere.
#
# MCP_PLUGIN_INIT
#   Finds the header for plugins, or ends configure. Substitutes
#   MCP_PLUGIN_CFLAGS, MCP_PLUGIN_LDFLAGS (for libtool, which also wants a
#   literal -module), MCP_PLUGIN_TEST (mcp-plugin-test, which runs a plugin's
#   tests), and mcpplugindir, where the server looks for plugins.
#   In Makefile.am:
#
#     mcpplugin_LTLIBRARIES = hello.la
#     hello_la_SOURCES = hello.c
#     hello_la_CFLAGS = $(MCP_PLUGIN_CFLAGS)
#     hello_la_LDFLAGS = -module $(MCP_PLUGIN_LDFLAGS)
#
#   mcp-plugin-new makes a whole project that uses it.
#
# serial 2
AC_DEFUN([MCP_PLUGIN_INIT], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	PKG_CHECK_MODULES([MCP_PLUGIN], [mcp-plugin])
	PKG_CHECK_VAR([MCP_PLUGIN_TEST], [mcp-plugin], [plugintest])
	PKG_CHECK_VAR([mcpplugindir], [mcp-plugin], [plugindir])
	MCP_PLUGIN_LDFLAGS="-avoid-version -shared \
-export-symbols-regex '^mcp_plugin_v1\$$'"
	AC_SUBST([MCP_PLUGIN_LDFLAGS])
])
