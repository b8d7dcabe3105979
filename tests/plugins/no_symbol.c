/* Refused: a shared object that is no plugin. */
int no_symbol (void);

__attribute__ ((visibility ("default"))) int
no_symbol (void)
{
	return 1;
}
