/* The file that is tested. */
#ifndef KIT_SUBJECT_H
#define KIT_SUBJECT_H

struct subject {
	char *file; /* what is loaded */
	char *dir;  /* of a copy; or NULL */
};

/* path: NAME.so, or libtool's NAME.la beside it. One that others can write is
 * copied, for the server would refuse it; that is said on standard output. 0
 * or -ENOMEM. */
int subject_init (struct subject *subject, const char *path);
void subject_fini (struct subject *subject);

#endif
