/* What --help prints. */
#ifndef HELP_H
#define HELP_H

/* To standard output. */
void help_print (void);

#endif
