#include "certificates/renewal_private.h"

#include <strings.h>

bool
renewal_is(const char *print, const char *thumbprint)
{
	return thumbprint != NULL && strcasecmp(print, thumbprint) == 0;
}

int
renewal_refuse(struct renewal *renewal, const struct entries_source *source)
{
	if (source->reason.why != READABLE)
		return install_refuse_unreadable(&renewal->reason, &source->reason);
	renewal->reason.why = INSTALL_GOOD;
	renewal->reason.err = source->err;
	return source->err.code == ERROR_NONE ? install_memory(&renewal->reason) : -1;
}

int
renewal_require_old(struct renewal *renewal)
{
	if (renewal->sight == RENEWAL_OTHER)
		return install_refuse(
		    &renewal->reason, INSTALL_CHANGED, "the file has another certificate");
	if (renewal->sight == RENEWAL_NOTHING && !renewal->create)
		return install_refuse(&renewal->reason, INSTALL_ENTRY_GONE,
		    "the file has no certificate to be replaced");
	return 0;
}
