#include "hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void
hardening_apply(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) /* LeakSanitizer traces its own process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}
