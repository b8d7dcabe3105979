/* Refused: no note, and the entry symbol of another ABI. */
int mcp_plugin_v7 (void);

__attribute__ ((visibility ("default"))) int
mcp_plugin_v7 (void)
{
	return 1;
}
