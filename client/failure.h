/* Why mcp-call gives up: an exit code and one finished sentence. */
#ifndef CLIENT_FAILURE_H
#define CLIENT_FAILURE_H

/* The program's exit codes besides 0. */
enum {
	EXIT_TOOL = 1,	   /* the tool said error */
	EXIT_USAGE = 2,	   /* command line or environment */
	EXIT_TRANSPORT = 3 /* no server, no session, or not the protocol */
};

/* Functions here return 0, or the exit code with the sentence set. */
struct failure {
	char text[1024];
};

/* Writes the sentence and returns code. */
int failure_set (struct failure *failure, int code, const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));
/* The same for memory that is used up. */
int failure_no_memory (struct failure *failure);

#endif
