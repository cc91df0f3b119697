#ifndef BATCH_MODEL_CODE_TEXT_H
#define BATCH_MODEL_CODE_TEXT_H

/*
 * Why each code of CODE_LIST exists, and what to do about it, in whole sentences: what `explain`
 * prints. X(name, why, what to do)
 */
#define CODE_TEXT_LIST(X)                                                                          \
	X(MALFORMED_RECORD,                                                                        \
	    "Where the fields of a record cannot be told apart, the wrong certificate could be "   \
	    "replaced, or a password be taken for something else. So the record is refused as a "  \
	    "whole; the rows after it are read.",                                                  \
	    "Correct what the message names: the number of fields, a quote, a byte, a name, a "    \
	    "limit. With --rejects the column RejectRecord has the record as it was read.")        \
	X(MISSING_EXISTING_CERTIFICATE,                                                            \
	    "ExistingCertificateId says which certificate is to be replaced. Without it a row "    \
	    "asks for nothing.",                                                                   \
	    "Fill in the id of the certificate that is in the stores now. `pfxreplace show "       \
	    "certificate NAME` finds it by its name.")                                             \
	X(NO_NEW_CERTIFICATE,                                                                      \
	    "A row names the new certificate by its CertificateId, or by the RequestId of the "    \
	    "enrollment that brought it.",                                                         \
	    "Fill in one of the two.")                                                             \
	X(TWO_NEW_CERTIFICATES,                                                                    \
	    "CertificateId and RequestId could mean two different certificates, and nothing says " \
	    "which of them is wanted.",                                                            \
	    "Leave one of the two empty.")                                                         \
	X(BAD_INTEGER,                                                                             \
	    "Ids are written with the digits 0 to 9 alone. What a spreadsheet has made of one "    \
	    "(1E+05, 1,234, a date) no longer says which id was meant, and a guess could hit "     \
	    "another certificate.",                                                                \
	    "Enter the id again. In a spreadsheet, format the column as text first.")              \
	X(BAD_JOB_TIME,                                                                            \
	    "A local time, a time without Z or a date as a spreadsheet shows it can mean several " \
	    "moments, so it is not taken at all.",                                                 \
	    "Write the time in UTC as YYYY-MM-DDTHH:mm:ssZ, such as 2027-01-31T22:00:00Z, or "     \
	    "leave it empty: then the job is due at once.")                                        \
	X(CONFLICTING_ROWS,                                                                        \
	    "Several rows want different things for one existing certificate. None of them is "    \
	    "carried out, for their order in the file must not decide.",                           \
	    "Keep one of the rows that the message names. All of them are rejected until then.")   \
	X(OUTSIDE_WINDOW,                                                                          \
	    "--window keeps changes out of the time in which nobody agreed to them. A JobTime "    \
	    "that is past means the start of the run, and no JobTime means the start of the "      \
	    "window.",                                                                             \
	    "Correct the JobTime, leave it empty, or give another --window.")                      \
	X(UNKNOWN_EXISTING_CERTIFICATE,                                                            \
	    "Only the inventory says where a certificate is, and it does not know this one.",      \
	    "Correct the id, or load what the server knows with `pfxreplace import certificates` " \
	    "and `import inventory`.")                                                             \
	X(UNKNOWN_CERTIFICATE,                                                                     \
	    "The inventory does not know the new certificate, or the one that the request "        \
	    "brought, so nothing about it can be checked.",                                        \
	    "Correct the id, or load what the server knows with `pfxreplace import "               \
	    "certificates`.")                                                                      \
	X(UNKNOWN_REQUEST,                                                                         \
	    "The inventory says which certificate a request brought, and it does not know this "   \
	    "request.",                                                                            \
	    "Correct the id, or load what the server knows with `pfxreplace import requests`.")    \
	X(REQUEST_NOT_ISSUED,                                                                      \
	    "A request has brought a certificate when its RequestDisposition is ISSUED and it "    \
	    "has a CertificateId. Before that there is nothing to install.",                       \
	    "Wait until it is issued, then import requests and certificates again.")               \
	X(SAME_CERTIFICATE,                                                                        \
	    "To replace a certificate by itself changes nothing. Most often one id was copied "    \
	    "into both columns.",                                                                  \
	    "Fill in the id of the new certificate.")                                              \
	X(CERTIFICATE_EXPIRED,                                                                     \
	    "The NotAfter of the new certificate is at the due time or before it: clients would "  \
	    "refuse it as soon as it is installed.",                                               \
	    "Take a newer certificate or an earlier JobTime. `--allow certificate-expired` makes " \
	    "it a warning.")                                                                       \
	X(CERTIFICATE_NOT_YET_VALID,                                                               \
	    "The NotBefore of the new certificate is after the due time: clients would refuse it " \
	    "until then.",                                                                         \
	    "Take a later JobTime. `--allow certificate-not-yet-valid` makes it a warning.")       \
	X(CERTIFICATE_REVOKED,                                                                     \
	    "The new certificate has a RevocationEffDate: clients that look it up refuse it.",     \
	    "Take another certificate. If the inventory is old, import certificates again. "       \
	    "`--allow certificate-revoked` makes it a warning.")                                   \
	X(NAMES_NOT_COVERED,                                                                       \
	    "Services that are reached by a name that only the old certificate has "               \
	    "would break. Its subject alternative names count, its common name only "              \
	    "where there is none; a wildcard covers one label.",                                   \
	    "Compare the names of both with `pfxreplace show certificate ID`, and "                \
	    "enroll with those that are missing. `--allow names-not-covered` makes "               \
	    "it a warning. Where the names of one are not known, the check is not "                \
	    "made.")                                                                               \
	X(KEY_USAGE_LOST,                                                                          \
	    "Services that need a usage that only the old certificate has would "                  \
	    "break. Public CAs no longer issue clientAuth, for one: then mutual TLS "              \
	    "ends with the renewal. What the type of the new key has no use for does "             \
	    "not count.",                                                                          \
	    "Enroll with the usages that are missing, or take a private CA for them. "             \
	    "`--allow key-usage-lost` makes it a warning. A certificate of which no "              \
	    "usage is known is not checked: import it as a file, or with "                         \
	    "ContentBytes.")                                                                       \
	X(NOT_IN_ANY_STORE,                                                                        \
	    "The inventory shows the existing certificate at ChainLevel 0 in no store that is "    \
	    "not removed, so there is no place in which to replace it.",                           \
	    "See `pfxreplace show certificate ID`. If the inventory is old, import it again; if "  \
	    "the certificate was replaced already, leave the row out.")                            \
	X(TOO_MANY_STORES,                                                                         \
	    "--max-jobs-per-row guards against a wrong id that happens to be that of a "           \
	    "certificate in very many places.",                                                    \
	    "Look at `pfxreplace list locations --certificate ID`. If all of them are meant, "     \
	    "give a larger number.")                                                               \
	X(WEAKER_KEY,                                                                              \
	    "The new key is of the same type and has fewer bits, or it is of another "             \
	    "type, weaker than the old one and below 128 bits of security. That is "               \
	    "seldom meant.",                                                                       \
	    "Check it, and enroll with a longer key if it is not meant. `--deny "                  \
	    "weaker-key` rejects such rows.")                                                      \
	X(EXPIRES_EARLIER,                                                                         \
	    "The new certificate ends before the old one. Perhaps the two ids are exchanged.",     \
	    "Check the ids. `--deny expires-earlier` rejects such rows.")                          \
	X(ISSUER_CHANGED,                                                                          \
	    "The IssuerDN of the two differs. Clients that do not trust the other issuer refuse "  \
	    "the new certificate.",                                                                \
	    "Check that the change is meant. `--deny issuer-changed` rejects such rows.")          \
	X(SIGNATURE_CHANGED,                                                                       \
	    "Old software may not know the other algorithm, and then refuses the new "             \
	    "certificate.",                                                                        \
	    "Check that the clients know it. `--deny signature-changed` rejects such "             \
	    "rows.")                                                                               \
	X(NEW_IS_ISSUER,                                                                           \
	    "The new certificate is a CA, is in the chain of some store, or its "                  \
	    "IssuedDN is the IssuerDN of the old one: most likely the id of an "                   \
	    "issuer was copied in its place.",                                                     \
	    "Check CertificateId. `--deny new-is-issuer` rejects such rows.")                      \
	X(EXISTING_EXPIRES_FIRST,                                                                  \
	    "From the end of the old certificate to the due time there would be no valid one.",    \
	    "Take an earlier JobTime. `--deny existing-expires-first` rejects such rows.")         \
	X(INVENTORY_STALE,                                                                         \
	    "The store was not looked at in the 7 days before the start of the run, or never. "    \
	    "Other certificates may be there by now.",                                             \
	    "Take its inventory and import it. `--deny inventory-stale` rejects such rows.")       \
	X(SEVERAL_ALIASES,                                                                         \
	    "Each alias gets a job of its own, and the store has succeeded only when each of "     \
	    "them got one.",                                                                       \
	    "See `pfxreplace show store STORE`. If all aliases are meant, there is nothing to "    \
	    "do. `--deny several-aliases` rejects such rows.")                                     \
	X(MIXED_JOB_TIMES,                                                                         \
	    "A cell that is merged over three rows leaves one time and two blanks, and the "       \
	    "blanks mean at once, or with --window its start.",                                    \
	    "Fill in JobTime in every row or in none. `--deny mixed-job-times` rejects such "      \
	    "rows.")                                                                               \
	X(NOT_APPROVED,                                                                            \
	    "The server does not manage a store that is not approved, so no agent would carry "    \
	    "out its jobs.",                                                                       \
	    "Approve the store on the server, then import stores again.")                          \
	X(NO_PERMISSION,                                                                           \
	    "The operator, who is the user that runs the command, needs "                          \
	    "/certificate_stores/schedule/ for the store. An entry for its container decides in "  \
	    "place of the system-wide one.",                                                       \
	    "Have an operator with that permission apply the row, or grant it with `pfxreplace "   \
	    "import roles`.")                                                                      \
	X(ADD_NOT_SUPPORTED,                                                                       \
	    "AddSupported of the store's type is false, or the store has no type: a job cannot "   \
	    "add a certificate there.",                                                            \
	    "Replace it by hand. If the type is wrong, import store-types and stores again.")      \
	X(AGENT_UNAVAILABLE,                                                                       \
	    "AgentAssigned of the store is false, its AgentId is not known, or that agent is not " \
	    "approved: nobody would fetch the job.",                                               \
	    "Assign an approved agent on the server, then import agents and stores again.")        \
	X(ENTRY_PASSWORD_REQUIRED,                                                                 \
	    "EntryPassword of the store's type is Required: each of its entries has a password "   \
	    "of its own.",                                                                         \
	    "Fill in Password.")                                                                   \
	X(PRIVATE_KEY_REQUIRED,                                                                    \
	    "PrivateKeyAllowed of the store's type is Required, and HasPrivateKey of the new "     \
	    "certificate is false.",                                                               \
	    "Take a certificate that has its private key. If it has one, import certificates "     \
	    "again, from an export that was asked for HasPrivateKey.")                             \
	X(PRIVATE_KEY_FORBIDDEN,                                                                   \
	    "PrivateKeyAllowed of the store's type is Forbidden, and HasPrivateKey of the new "    \
	    "certificate is true.",                                                                \
	    "Take a certificate without its private key. If the type is wrong, import "            \
	    "store-types again.")                                                                  \
	X(JOB_PENDING,                                                                             \
	    "Two active jobs for one location would work against each other. A job is active "     \
	    "while it is Waiting, InProcess or CompletedWillRetry.",                               \
	    "See `pfxreplace jobs list --store STORE` and wait for its end. `--pending keep` "     \
	    "counts a job for the same certificate as success, `--pending supersede` replaces "    \
	    "one that nobody carries out.")                                                        \
	X(ALREADY_REPLACED,                                                                        \
	    "A job of the location ended with Success or Warning for this certificate, and no "    \
	    "newer inventory shows anything else.",                                                \
	    "There is nothing to do; `--pending keep` counts the location as served. If it is "    \
	    "not there, import the store's inventory and apply the row again.")                    \
	X(JOB_KEPT,                                                                                \
	    "With --pending keep, the default for a rejects file, an active job that installs "    \
	    "the same certificate, or an ended one that put it there, does what the row wants: "   \
	    "the location counts as served.",                                                      \
	    "There is nothing to do. `pfxreplace jobs list` shows the job.")                       \
	X(JOB_SUPERSEDED,                                                                          \
	    "With --pending supersede, a job that nobody carries out is cancelled in the "         \
	    "transaction that creates the new one. It stays in the history, with CancelledBy.",    \
	    "There is nothing to do.")                                                             \
	X(EXACT_REPETITION,                                                                        \
	    "The row is equal to an earlier one of the manifest in everything, and one is "        \
	    "enough. It is skipped, which is no fault.",                                           \
	    "There is nothing to do.")

#endif
