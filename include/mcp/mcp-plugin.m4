# mcp-plugin.m4 - for plugins of mcp-orchestrator that are built elsewhere.
#
# MCP_PLUGIN_INIT
#   Finds the header for plugins, or ends configure. Substitutes
#   MCP_PLUGIN_CFLAGS, MCP_PLUGIN_GXXFLAGS (for plugins in C++ compiled by
#   g++), and mcpplugindir, where the server looks for plugins.
#   In Makefile.am:
#
#     mcpplugin_LTLIBRARIES = hello.la
#     hello_la_SOURCES = hello.c
#     hello_la_CFLAGS = $(MCP_PLUGIN_CFLAGS)
#     hello_la_LDFLAGS = -module -avoid-version -shared
#
# serial 1
AC_DEFUN([MCP_PLUGIN_INIT], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	PKG_CHECK_MODULES([MCP_PLUGIN], [mcp-plugin])
	PKG_CHECK_VAR([MCP_PLUGIN_GXXFLAGS], [mcp-plugin], [gxxflags])
	PKG_CHECK_VAR([mcpplugindir], [mcp-plugin], [plugindir])
])
