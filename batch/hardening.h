#ifndef BATCH_HARDENING_H
#define BATCH_HARDENING_H

/* No core files and no ptrace by others: passwords pass through this process. */
void hardening_apply(void);

#endif
