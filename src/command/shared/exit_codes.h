/* exit_codes: what the exit code of every verb means, in one place. A verb's own row of the table of verbs (verbs.c) says what each of them
 * means for it; `roster help exit-codes` prints both. */
#ifndef ROSTER_SHARED_EXIT_CODES_H
#define ROSTER_SHARED_EXIT_CODES_H

/* EXIT_UNSURE is for questions that have a third answer. */
enum { EXIT_GOOD = 0, EXIT_NOT = 1, EXIT_BAD = 2, EXIT_UNSURE = 3, EXIT_CODES = 4 };

#define EXIT_MEANINGS                                                                                                                      \
  {                                                                                                                                        \
    "done, or the answer is yes",                                                                                                          \
        "the answer is no, or a change could not be made: nothing is ready, something differs, a database is busy",                        \
        "nothing was answered: wrong usage, an unknown name, bad definitions, a file that cannot be read, output that cannot be written",  \
        "the answer is not known: the question could not be settled"                                                                       \
  }

#endif
