/* The words of scripts: a table of what can be done and expected. */
#ifndef KIT_VERB_H
#define KIT_VERB_H

struct rig;
struct statement;

struct verb {
	const char *name;
	/* words: what follows, to be cut up. 0; or -1: rig_fail was called. */
	int (*run) (struct rig *rig, const char *label, char *words);
};

/* NULL: there is none. */
const struct verb *verb_find (const char *name);
/* The name that was perhaps meant; or NULL. */
const char *verb_nearest (const char *name);

/* Cuts a word off *rest, which moves to the next one. "": there is none. */
char *word_take (char **rest);

/* --- verb_call.c --- */

int verb_call (struct rig *rig, const char *label, char *words);
int verb_method (struct rig *rig, const char *label, char *words);
int verb_read (struct rig *rig, const char *label, char *words);
int verb_prompt (struct rig *rig, const char *label, char *words);
int verb_complete (struct rig *rig, const char *label, char *words);
int verb_answer (struct rig *rig, const char *label, char *words);
int verb_abandon (struct rig *rig, const char *label, char *words);
int verb_cancel (struct rig *rig, const char *label, char *words);

/* --- found.c --- */

int verb_state (struct rig *rig, const char *label, char *words);
int verb_event (struct rig *rig, const char *label, char *words);

/* --- verb_expect.c --- */

int verb_expect (struct rig *rig, const char *label, char *words);

#endif
