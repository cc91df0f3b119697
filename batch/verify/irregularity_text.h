#ifndef BATCH_VERIFY_IRREGULARITY_TEXT_H
#define BATCH_VERIFY_IRREGULARITY_TEXT_H

/*
 * What each irregularity of IRREGULARITY_LIST means, why it is looked for and what to do, in whole
 * sentences: what `explain` prints. X(name, what it means, why, what to do)
 */
#define IRREGULARITY_BACKUP "Restore the database from a backup."
#define IRREGULARITY_TEXT_LIST(X)                                                                  \
	X(DAMAGED, "SQLite's own check reports it, or a table cannot be read to its end.",         \
	    "A disk, a copy that was made while the database was written, or a lost journal can "  \
	    "damage a file. Nothing that is in it can then be trusted.",                           \
	    IRREGULARITY_BACKUP " Look for the cause first: the disk, the file system, a program " \
				"that copies the file.")                                           \
	X(FOREIGN_SCHEMA, "A table, index, trigger or view is not one of `init`.",                 \
	    "No command runs a trigger or reads through a view that somebody added, but they are " \
	    "a sign that other programs change the database.",                                     \
	    "Find out what made it, and drop it with the sqlite3 shell if nothing needs it.")      \
	X(MISSING_SCHEMA, "A table or index of `init` does not exist.",                            \
	    "Without it commands fail, or take very long.",                                        \
	    IRREGULARITY_BACKUP                                                                    \
	    " An index alone can be made again with its statement in a new database.")             \
	X(CHANGED_SCHEMA, "A table or index is not as `init` makes it.",                           \
	    "Its columns may hold values that no command can use.",                                \
	    IRREGULARITY_BACKUP " Look for the program that changed it.")                          \
	X(MISSING_REFERENCE,                                                                       \
	    "A row names another row that does not exist, such as the location of a job.",         \
	    "What hangs together is written in one transaction, so another program has removed "   \
	    "the row, or the file is damaged.",                                                    \
	    IRREGULARITY_BACKUP)                                                                   \
	X(OTHER_STORE, "The store of a job or refusal is not that of its location.",               \
	    "Results and lists would name another store than the one that the job changes.",       \
	    IRREGULARITY_BACKUP)                                                                   \
	X(BAD_VALUE, "A column has a value that it may not hold.",                                 \
	    "Every command checks what it reads and ends with status 4 at such a value.",          \
	    IRREGULARITY_BACKUP " The finding names the row, the value and what is expected.")     \
	X(MISSING_ROWS,                                                                            \
	    "The rows of a run are not numbered from 1 to the number of rows that were read.",     \
	    "The results of the run would lack rows of its manifest.", IRREGULARITY_BACKUP)        \
	X(WRONG_RANGE,                                                                             \
	    "The jobs or refusals that a row of a manifest covers are not those that name it.",    \
	    "The results would name stores of another row.", IRREGULARITY_BACKUP)                  \
	X(WRONG_OUTCOME, "The outcome of a row does not agree with its jobs and refusals.",        \
	    "Results, rejects and exit status are made from the outcome.", IRREGULARITY_BACKUP)    \
	X(WRONG_COUNT,                                                                             \
	    "The counts of a run do not add up, or differ from what is there; or of a "            \
	    "purged run something is left.",                                                       \
	    "The summary and the exit status are made from the counts.", IRREGULARITY_BACKUP)      \
	X(WRONG_CHECKPOINT,                                                                        \
	    "A run would carry on before its last row or after the end of its manifest.",          \
	    "It would create jobs twice, or leave rows out.",                                      \
	    "Do not carry the run on. " IRREGULARITY_BACKUP)                                       \
	X(WRONG_TALLY, "The codes, warnings and repairs of a run do not agree with its counts.",   \
	    "The summary is made from them.", IRREGULARITY_BACKUP)                                 \
	X(WRONG_QUEUE,                                                                             \
	    "A job that can be handed out is not among those that are, or another one is, or a "   \
	    "job has a lease and is not InProcess.",                                               \
	    "A job would never be carried out, or twice.", IRREGULARITY_BACKUP)                    \
	X(WRONG_HISTORY,                                                                           \
	    "The last event of a job's history does not agree with its status and result.",        \
	    "Every event writes both in one transaction, so another program has changed the job.", \
	    "See `pfxreplace show job JOBID`. " IRREGULARITY_BACKUP)                               \
	X(WRONG_PROOF,                                                                             \
	    "A job is proven by an inventory that is not newer than the job, or that is newer "    \
	    "than the last one of its store.",                                                     \
	    "Only an inventory taken after the job was made proves it, and that of a store is "    \
	    "never replaced by an older one. `reconcile` takes a proven job for deployed.",        \
	    "Import an inventory of the store and look at what it shows at the job's "             \
	    "alias. " IRREGULARITY_BACKUP)                                                         \
	X(SEVERAL_ACTIVE, "A location has more than one active job.",                              \
	    "Such jobs work against each other: no run creates a second one.",                     \
	    "See `pfxreplace jobs list --store STORE`. " IRREGULARITY_BACKUP)                      \
	X(WRONG_KEY,                                                                               \
	    "The key file is not that of this database, or passwords are sealed and it cannot be " \
	    "read.",                                                                               \
	    "The sealed passwords can be opened with the key of `init` alone, or of the last "     \
	    "`rekey`.",                                                                            \
	    "Name the right key file with -k, or put it back from its copy. Without it the "       \
	    "passwords are lost; everything else is not.")                                         \
	X(SEALED_PASSWORD, "A sealed password cannot be opened with the key.",                     \
	    "It was changed after it was sealed, or moved to another row: it is bound to its run " \
	    "and row, or to its store.",                                                           \
	    IRREGULARITY_BACKUP " Or apply the row again, or import the store again, with its "    \
				"Password.")

#endif
