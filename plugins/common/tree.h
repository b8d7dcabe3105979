/* The files below a directory, as they come, change and go. Follows no link,
 * and knows nothing of the server. */
#ifndef COMMON_TREE_H
#define COMMON_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct tree;

/* What is told, with the path below the root; lent. */
struct tree_ops {
	void (*added) (void *arg, const char *path);
	void (*changed) (void *arg, const char *path);
	void (*removed) (void *arg, const char *path);
};

struct tree_options {
	int root;	  /* a descriptor; lent until tree_free */
	bool has_hidden;  /* also what begins with a dot */
	size_t max_files; /* what is beyond is left out */
	const struct tree_ops *ops;
	void *arg;
};

/* Looks what there is, calling added for each file, and from then on watches
 * it: the ops are called on a thread of the tree. -errno: nothing was begun. */
int tree_new (const struct tree_options *options, struct tree **ret_tree);
/* No op is called afterwards. NULL is fine. */
void tree_free (struct tree *tree);

/* Calls each with the files whose path begins with prefix, in order. Any
 * thread; each may call nothing of the tree. */
void tree_list (struct tree *tree, const char *prefix,
		void (*each) (void *arg, const char *path), void *arg);

#endif
