/* The least that reading a trace can cost: a walk over the records of its chunks in plain C.

   Built from the headers of the engine, so that CRC and integers cost what they cost there. It makes
   nothing of a record and checks no more than it has to, to stay within the chunk. `walk_crc` takes
   the CRC of a chunk and reads every element of its records; `walk_copy_crc` also copies the chunk
   first, and each record into a struct of its own with the payload behind it, which is what any program
   that keeps records for a moment does. Both return a sum of what was read, or 0 for other data. */
#include "crc32c.h"
#include "wire.h"

typedef struct {
    uint64_t kind, delta_ns, port, request_id, code, status;
    uint32_t payload_size;
    uint8_t payload[65536];
} copied_t;

void walk_prepare(void) { crc32c_prepare(); }

static int walk_record(const uint8_t **at, const uint8_t *end, uint64_t head[6],
                       const uint8_t **payload, uint32_t *size)
{
    uint32_t count;
    int negative;
    if (wire_array(at, end, &count) != WIRE_OK || count < 7) {
        return 0;
    }
    for (int i = 0; i < 6; i++) {
        if (wire_integer(at, end, &head[i], &negative) != WIRE_OK) {
            return 0;
        }
    }
    if (wire_binary(at, end, payload, size) != WIRE_OK) {
        return 0;
    }
    for (; count > 7; count--) {
        if (wire_skip(at, end, 32, NULL) != WIRE_OK) {
            return 0;
        }
    }
    return 1;
}

uint64_t walk_crc(const uint8_t *data, size_t size)
{
    const uint8_t *at = data;
    const uint8_t *payload;
    uint64_t head[6];
    uint64_t sum = crc32c_extend(0, data, size);
    uint32_t payload_size;
    while (at < data + size) {
        if (!walk_record(&at, data + size, head, &payload, &payload_size)) {
            return 0;
        }
        sum += head[0] + head[1] + head[2] + head[3] + head[4] + head[5] + payload_size;
    }
    return sum | 1;
}

uint64_t walk_copy_crc(const uint8_t *data, size_t size, uint8_t *copy)
{
    static copied_t record;
    const uint8_t *at = copy;
    const uint8_t *payload;
    uint64_t head[6];
    uint64_t sum;
    memcpy(copy, data, size);
    sum = crc32c_extend(0, copy, size);
    while (at < copy + size) {
        if (!walk_record(&at, copy + size, head, &payload, &record.payload_size)) {
            return 0;
        }
        record.kind = head[0];
        record.delta_ns = head[1];
        record.port = head[2];
        record.request_id = head[3];
        record.code = head[4];
        record.status = head[5];
        if (record.payload_size > sizeof(record.payload)) {
            return 0;
        }
        memcpy(record.payload, payload, record.payload_size);
        sum += record.kind + record.delta_ns + record.payload_size + record.payload[0];
    }
    return sum | 1;
}
