#include "database/sqlite/network.h"

#include <stddef.h>
#include <sys/vfs.h>

/* linux/magic.h and statfs(2) have the numbers. */
static const struct {
	uint32_t type;
	const char *name;
} networks[] = {
    {0x6969, "NFS"},
    {0x517b, "SMB"},
    {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB2"},
    {0x5346414f, "AFS"},
    {0x6b414653, "AFS"}, /* of the kernel */
    {0x73757245, "Coda"},
    {0x01021997, "9P"},
    {0x00c36400, "Ceph"},
    {0x01161970, "GFS2"},
    {0x7461636f, "OCFS2"},
    {0x0bd00bd0, "Lustre"},
    {0x564c, "NCP"},
    {0x65735546, "FUSE"},
};

const char *
network_name(uint64_t type)
{
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (networks[i].type == type)
			return networks[i].name;
	return NULL;
}

const char *
network_of(const char *path)
{
	struct statfs status;

	/* The type is signed, and 32 bits of it count. */
	return statfs(path, &status) == -1 ? NULL : network_name((uint32_t)status.f_type);
}
