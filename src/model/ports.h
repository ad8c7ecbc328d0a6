/* What a port number is: its IANA range (RFC 6335 section 6), how this kernel uses it, and the
 * name of the service that usually listens there. Pure tables. */
#ifndef MODEL_PORTS_H
#define MODEL_PORTS_H

#include <stdbool.h>
#include <stdint.h>
#include "model/facts.h"

enum port_range { RANGE_WELL_KNOWN, RANGE_REGISTERED, RANGE_DYNAMIC };   /* 0-1023, -49151, -65535 */

enum port_range port_range(uint16_t port);
const char *port_range_name(enum port_range range);        /* "well-known" "registered" "dynamic" */
bool port_is_ephemeral(const struct kernel_limits *limits, uint16_t port);
bool port_is_privileged(const struct kernel_limits *limits, uint16_t port);
/* Development ports from 1024 up (vite 5173, postgresql 5432 ...): static text or NULL. */
const char *port_development_service(uint8_t protocol, uint16_t port);

#endif
