#ifndef BATCH_MODEL_INSTALL_H
#define BATCH_MODEL_INSTALL_H

#include "error.h"
#include "model/unreadable.h"

/* Why a new certificate was not installed in its store: a word that begins the message of the job,
 * and a sentence. */

/* X(name, word, what it means, why it is so, what to do) */
#define INSTALL_LIST(X)                                                                            \
	X(PFX_MISSING, "pfx-missing", "the folder of --pfx-dir has no file for the certificate",   \
	    "The new certificate and its key come from THUMBPRINT.pfx, .p12 or .pem of that "      \
	    "folder, or from a file that is named after the certificate's Id.",                    \
	    "Put the file there; the job waits for the next deploy.")                              \
	X(PFX_UNSAFE, "pfx-unsafe", "others can read or write the file of the key",                \
	    "A key that others could have read or replaced is not installed: its file must be a "  \
	    "regular one, of the user or of root, with no permission for anybody else.",           \
	    "Set its owner and its mode (chmod 0600); ask yourself who has read it.")              \
	X(PFX_UNREADABLE, "pfx-not-readable", "the file of the key cannot be opened",              \
	    "Its passphrase is not known or is another one, or the file is damaged or of another " \
	    "format.",                                                                             \
	    "Put the passphrase beside it as THUMBPRINT.pass, or give --pfx-passphrase-file.")     \
	X(PFX_MISMATCH, "pfx-mismatch", "the file holds another certificate, or another key",      \
	    "The certificate in the file must have the thumbprint of the job, and the key must "   \
	    "be that of the certificate.",                                                         \
	    "Put the right file into the folder and reschedule the job.")                          \
	X(CHANGED, "changed", "another certificate is in the store than the one to replace",       \
	    "Somebody has replaced it since the job was made: to go on would replace a "           \
	    "certificate that nobody named.",                                                      \
	    "Look at the store, scan it, and apply a manifest for what is wanted now.")            \
	X(ENTRY_GONE, "entry-gone", "there is no certificate where one was to be replaced",        \
	    "The file is not there, is empty, or has no entry of that alias.",                     \
	    "Look at the store; deploy with --create puts the certificate there all the same.")    \
	X(UNREADABLE, "store-not-readable", "the file of the store cannot be read",                \
	    "What is not understood is not replaced.", "Scan the store: its message says why.")    \
	X(NO_PASSWORD, "password-missing",                                                         \
	    "the key in the store is encrypted and no password is "                                \
	    "known for it",                                                                        \
	    "The new key is never written without encryption in the place of one that had it.",    \
	    "Import the store with its Password, give --passphrase-file, or apply the row with a " \
	    "Password.")                                                                           \
	X(NO_CHAIN, "chain-missing",                                                               \
	    "the store has a chain and the new certificate came with none",                        \
	    "Without the certificates of its issuers clients would not trust the new one.",        \
	    "Put a PFX into the folder that has the chain.")                                       \
	X(AMBIGUOUS, "several-entries",                                                            \
	    "it cannot be told which part of the file is to be "                                   \
	    "replaced",                                                                            \
	    "The file has several private keys or entries that could be meant.",                   \
	    "Replace it by hand, or give each certificate a file of its own.")                     \
	X(ARCHIVE, "certbot-archive", "the file is in an archive of certbot",                      \
	    "In that folder certbot numbers the files, and would not know of the new one.",        \
	    "Renew the certificate with certbot, or let the store be a file of its own.")          \
	X(HARD_LINKS, "hard-links", "the file has further names (hard links)",                     \
	    "They would keep the old certificate.",                                                \
	    "Make symbolic links of them, or copies, and reschedule the job.")                     \
	X(ATTRIBUTES, "attributes-lost",                                                           \
	    "owner, group, mode, ACL or label of the old file cannot "                             \
	    "be given to the new one",                                                             \
	    "A server that may not read its new file does not start again.",                       \
	    "Run deploy as a user who may do that (root), and reschedule the job.")                \
	X(WRITE, "write-failed", "the system could not write the file",                            \
	    "The disk is full, or the folder or the file system cannot be written.",               \
	    "Correct what the text reports; the old file is in place.")                            \
	X(BACKUP_MISSING, "backup-missing", "there is no backup of the job beside the file",       \
	    "Only the last backups of a store are kept (--keep-backups), and one that was put "    \
	    "back is gone.",                                                                       \
	    "Install the old certificate by a manifest that replaces the new one by it.")          \
	X(HOOK, "hook-failed", "the hook failed or took too long",                                 \
	    "The service could not take the new certificate, so the old file was put back.",       \
	    "Read the hook's output in the message, correct what it reports, and reschedule the "  \
	    "job.")                                                                                \
	X(PROBE, "probe-failed", "the server does not show the new certificate",                   \
	    "The file was replaced, but clients still got another certificate, so the old file "   \
	    "was put back.",                                                                       \
	    "Let the hook reload the service, and look at the store's Endpoint.")                  \
	X(RESTORE, "restore-failed", "the old file could not be put back",                         \
	    "The system reported an error. The new file is in place and the backup beside it.",    \
	    "Correct what the text reports, then `pfxreplace deploy --restore JOBID`.")

enum install_fault {
	INSTALL_GOOD,
#define INSTALL_ENUM(name, word, text, why, remedy) INSTALL_##name,
	INSTALL_LIST(INSTALL_ENUM)
#undef INSTALL_ENUM
	    INSTALL_FAULTS
};

/* For a number that is none, and for INSTALL_GOOD: NULL. */
const char *install_word(enum install_fault);
const char *install_text(enum install_fault);
const char *install_why(enum install_fault);
const char *install_remedy(enum install_fault);

/* Why one was not installed, with what is particular about it: a file, an error of the system. */
struct install_reason {
	enum install_fault why;     /* INSTALL_GOOD after -1: err has what failed here (memory) */
	enum unreadable unreadable; /* of INSTALL_UNREADABLE: the word of scan */
	char text[512];
	struct error err;
};

/* Keeps the reason, with the text that a message goes on with; control characters are the caller's
 * to escape. Returns -1. */
int install_refuse(struct install_reason *, enum install_fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Likewise of a file that could not be read. Returns -1. */
int install_refuse_unreadable(struct install_reason *, const struct unreadable_reason *);
/* There is no memory: why stays INSTALL_GOOD, and err says so. Returns -1. */
int install_memory(struct install_reason *);

#endif
