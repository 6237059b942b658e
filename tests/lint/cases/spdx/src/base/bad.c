/* bad.c: has no licence line, on purpose for the linter. */
int x;
