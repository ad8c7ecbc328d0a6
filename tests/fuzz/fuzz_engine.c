/* platform/linux/engine_parse on any bytes: what it takes is bounded, and of the form that it promises. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "platform/linux/engine_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void demand_sound(const struct container_fact *c)
{
	const struct endpoint *e = &c->published;

	demand(c->id.len == 64 && strspn(c->id.ptr, "0123456789abcdef") == 64);
	demand(c->name.len <= ENGINE_TEXT_MAX && c->image.len <= ENGINE_TEXT_MAX);
	demand(e->family ? e->port && c->inner_port : !e->port && !c->inner_port);
	demand(!e->family || e->protocol == PROTOCOL_TCP || e->protocol == PROTOCOL_UDP);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice answer = { (const char *)bytes, len };
	struct engine_list list = { 0 };

	if (engine_parse(answer, &list) == 0)
		for (size_t i = 0; i < list.count; i++)
			demand_sound(&list.items[i]);
	demand(list.count <= ENGINE_CONTAINERS_MAX * (size_t)(1 + ENGINE_PORTS_MAX));
	engine_list_done(&list);
	return 0;
}
