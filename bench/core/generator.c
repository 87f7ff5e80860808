/* The load core of the benchmark: many Yjs clients in one thread, so that measuring costs less than what is measured.
 *
 * Every client is a websocket that speaks the y-websocket or the Hocuspocus protocol. A writer first inserts a paragraph
 * of its own into the document's XML fragment, then types letters there, at a fixed rate whatever the server does (open
 * loop). A letter counts as delivered to a client when its *content* (client id and clock, read from the update) arrives,
 * so servers that merge updates and servers that do not are measured alike. A writer's own echo is not counted.
 *
 * Options are pairs `--name value`; see `main`. On standard output: one JSON object per line, {"event": "connected", …},
 * {"event": "measuring"}, then {"event": "done", ...figures}. Times in the figures are milliseconds unless they say so.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

enum { Y_WEBSOCKET, HOCUSPOCUS };
enum { CONNECTING, UPGRADING, OPEN, CLOSED };
enum { OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum { FRAME_SYNC = 0, FRAME_AWARENESS = 1, FRAME_AUTH = 2, FRAME_SYNC_REPLY = 4, FRAME_RECEIPT = 100 };
enum { SYNC_STEP_1 = 0, SYNC_STEP_2 = 1, SYNC_UPDATE = 2 };
enum { MAX_PORTS = 8, MAX_PIDS = 16, CONNECTS_AT_ONCE = 16, CONNECT_SECONDS = 180, CONNECT_FAILURES = 20 };
/* A writer's paragraph and the text in it take the first two clocks of its client id. */
enum { SETUP_CLOCKS = 2 };
/* y-protocols says again who is there when it last did so long ago. */
enum { RENEWAL_SECONDS = 15 };

typedef struct {
    int fd, state, is_synced, index, document, port, is_sampled;
    u32 typed, receipts;             /* letters sent; changing frames that the server has confirmed */
    u8 *unread; size_t unread_length; /* bytes of a frame that has not arrived whole */
    u8 *unsent; size_t unsent_length, unsent_capacity;
    double connected_at;
    u32 presence_clock;
    double announced_at;
} Client;

typedef struct { const u8 *at, *end; int failed; } Reader;
typedef struct { u8 *at; } Writer;

/* --- options ----------------------------------------------------------------------------------------------------- */
static int protocol = Y_WEBSOCKET, clients_count = 20, documents_count = 1, writers_count = -1;
static int ports[MAX_PORTS] = {8000}, ports_count = 1, pids[MAX_PIDS], pids_count = 0;
static int is_holding = 0, kills_at_end = 0, renews_presence = 0;
static double rate = 5, seconds = 10, drain_seconds = 15, kill_after = -1;
static long seed = 1;
static char host[64] = "127.0.0.1", path[256] = "", query[256] = "", root[64] = "prosemirror";
static char capture_file[512] = "", writers_file[512] = "", headers[2048] = "";
static char **names, **sign_ins;
static int names_count, sign_ins_count;

/* --- state and figures --------------------------------------------------------------------------------------------- */
static Client *clients;
static int poll_fd, is_measuring;
static FILE *capture;
static u64 first_id;             /* client ids are first_id + index */
static int writers_per_document;
static u32 *seen;                /* [client][writer of its document]: letters that have arrived there */
static double **sent_at;         /* [writer][letter] */
static double now, last_delivery, last_frame;
static u64 frames, bytes, delivered, skipped, own_echoes, awareness_frames, bad_frames, dropped, sent;

enum { BUCKETS = 64 * 64 };
typedef struct { u64 counts[BUCKETS], total; double max; } Histogram;
static Histogram latencies, latencies_across;

static double clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Microseconds in buckets of at most 1.6 % width. */
static void histogram_add(Histogram *h, double elapsed) {
    u64 us = elapsed <= 0 ? 0 : (u64)(elapsed * 1e6);
    int shift = us < 128 ? 0 : 57 - __builtin_clzll(us);
    h->counts[shift == 0 ? (int)us : 64 + shift * 64 + (int)((us >> shift) - 64)]++;
    h->total++;
    if (elapsed > h->max) h->max = elapsed;
}

/* Return a quantile in milliseconds, -1 when nothing was measured. */
static double histogram_quantile(const Histogram *h, double q) {
    if (!h->total) return -1;
    u64 rank = (u64)(q * (h->total - 1)) + 1, sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
        sum += h->counts[i];
        if (sum < rank) continue;
        return i < 128 ? i / 1e3 : (double)((u64)(i % 64 + 64) << (i / 64 - 1)) / 1e3;
    }
    return -1;
}

static void fail(const char *what) {
    fprintf(stderr, "generator: %s\n", what);
    exit(2);
}

/* --- lib0 encoding --------------------------------------------------------------------------------------------------- */
static inline u64 read_uint(Reader *r) {
    u64 value = 0;
    for (int shift = 0; r->at < r->end && shift < 64; shift += 7) {
        u8 byte = *r->at++;
        value |= (u64)(byte & 127) << shift;
        if (byte < 128) return value;
    }
    r->failed = 1;
    return 0;
}

static inline void skip(Reader *r, u64 length) {
    if (length > (u64)(r->end - r->at)) { r->failed = 1; r->at = r->end; } else r->at += length;
}

static inline void skip_blob(Reader *r) { skip(r, read_uint(r)); }

static void skip_any(Reader *r) {
    if (r->at >= r->end) { r->failed = 1; return; }
    u8 kind = *r->at++;
    u64 count;
    switch (kind) {
    case 125: while (r->at < r->end && *r->at & 128) r->at++; skip(r, 1); break;
    case 124: skip(r, 4); break;
    case 123: case 122: skip(r, 8); break;
    case 119: case 116: skip_blob(r); break;
    case 118: for (count = read_uint(r); count-- && !r->failed;) { skip_blob(r); skip_any(r); } break;
    case 117: for (count = read_uint(r); count-- && !r->failed;) skip_any(r); break;
    case 127: case 126: case 121: case 120: break;
    default: r->failed = 1;
    }
}

static void put_byte(Writer *w, u8 byte) { *w->at++ = byte; }

static void put_uint(Writer *w, u64 value) {
    for (; value > 127; value >>= 7) *w->at++ = 128 | (value & 127);
    *w->at++ = value;
}

static void put_blob(Writer *w, const void *data, size_t length) {
    put_uint(w, length);
    memcpy(w->at, data, length);
    w->at += length;
}

static void put_text(Writer *w, const char *text) { put_blob(w, text, strlen(text)); }

/* --- sockets ----------------------------------------------------------------------------------------------------------- */
static void watch(Client *c, u32 events) {
    struct epoll_event event = {events, {.ptr = c}};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &event);
}

static void client_close(Client *c) {
    if (c->state == CLOSED) return;
    if (c->state == OPEN) dropped++;
    c->state = CLOSED;
    epoll_ctl(poll_fd, EPOLL_CTL_DEL, c->fd, 0);
    close(c->fd);
}

static void client_flush(Client *c) {
    while (c->unsent_length) {
        ssize_t n = send(c->fd, c->unsent, c->unsent_length, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) { watch(c, EPOLLIN | EPOLLOUT); return; }
        if (n < 0) { client_close(c); return; }
        memmove(c->unsent, c->unsent + n, c->unsent_length - n);
        c->unsent_length -= n;
    }
    watch(c, EPOLLIN);
}

static void client_write(Client *c, const void *data, size_t length) {
    const u8 *p = data;
    if (c->state == CLOSED) return;
    if (!c->unsent_length) {
        ssize_t n = send(c->fd, p, length, MSG_NOSIGNAL);
        if (n == (ssize_t)length) return;
        if (n < 0 && errno != EAGAIN) { client_close(c); return; }
        if (n > 0) { p += n; length -= n; }
    }
    if (c->unsent_length + length > c->unsent_capacity) {
        c->unsent_capacity = (c->unsent_length + length) * 2;
        c->unsent = realloc(c->unsent, c->unsent_capacity);
    }
    memcpy(c->unsent + c->unsent_length, p, length);
    c->unsent_length += length;
    client_flush(c);
}

/* Send a websocket message of at most 64 KiB, masked with zeros. */
static void send_message(Client *c, int op, const u8 *data, size_t length) {
    static u8 out[66000];
    size_t head = 2;
    if (length > 65535) fail("a message is too long");
    out[0] = 0x80 | op;
    out[1] = 0x80 | (length < 126 ? length : 126);
    if (length >= 126) { out[2] = length >> 8; out[3] = length; head = 4; }
    memset(out + head, 0, 4);
    memcpy(out + head + 4, data, length);
    client_write(c, out, head + 4 + length);
}

/* --- what clients say ---------------------------------------------------------------------------------------------------- */
static void keep_update(const Client *c, const u8 *data, u32 length) {
    if (!c->is_sampled || !capture) return;
    u32 head[2] = {c->index, length};
    fwrite(head, 4, 2, capture);
    fwrite(data, 1, length, capture);
}

/* Hocuspocus puts the document's name before every message. */
static void begin_message(const Client *c, Writer *w) {
    if (protocol == HOCUSPOCUS) put_text(w, names[c->document]);
}

static void send_sync(Client *c, int step, const u8 *data, size_t length) {
    u8 out[1024];
    Writer w = {out};
    begin_message(c, &w);
    put_byte(&w, FRAME_SYNC);
    put_byte(&w, step);
    put_blob(&w, data, length);
    send_message(c, OP_BINARY, out, w.at - out);
}

static void send_awareness(Client *c) {
    u8 out[1024], update[512];
    char state[256];
    Writer u = {update}, w = {out};
    snprintf(state, sizeof state, "{\"user\":{\"name\":\"Editor %d\",\"color\":\"#30bced\"}}", c->index);
    put_uint(&u, 1);
    put_uint(&u, first_id + c->index);
    put_uint(&u, ++c->presence_clock);
    put_text(&u, state);
    begin_message(c, &w);
    put_byte(&w, FRAME_AWARENESS);
    put_blob(&w, update, u.at - update);
    c->announced_at = clock_now();
    send_message(c, OP_BINARY, out, w.at - out);
}

static void send_change(Client *c, const u8 *update, size_t length) {
    keep_update(c, update, length);
    send_sync(c, SYNC_UPDATE, update, length);
}

/* Insert a paragraph with a text in it at the start of the fragment. */
static void send_paragraph(Client *c) {
    u8 update[256];
    Writer w = {update};
    u64 id = first_id + c->index;
    put_uint(&w, 1); put_uint(&w, 2); put_uint(&w, id); put_uint(&w, 0);
    put_byte(&w, 7); put_byte(&w, 1); put_text(&w, root); put_uint(&w, 3); put_text(&w, "paragraph");
    put_byte(&w, 7); put_byte(&w, 0); put_uint(&w, id); put_uint(&w, 0); put_uint(&w, 6);
    put_byte(&w, 0);
    send_change(c, update, w.at - update);
}

/* Type the next letter behind the last one. */
static void send_letter(Client *c) {
    u8 update[64];
    Writer w = {update};
    u64 id = first_id + c->index;
    char letter[2] = {'a' + (c->typed + c->index) % 26, 0};
    put_uint(&w, 1); put_uint(&w, 1); put_uint(&w, id); put_uint(&w, c->typed + SETUP_CLOCKS);
    if (c->typed) {
        put_byte(&w, 0x84); put_uint(&w, id); put_uint(&w, c->typed + SETUP_CLOCKS - 1);
    } else {
        put_byte(&w, 4); put_byte(&w, 0); put_uint(&w, id); put_uint(&w, 1);
    }
    put_text(&w, letter);
    put_byte(&w, 0);
    sent_at[c->index][c->typed++] = clock_now();
    sent++;
    send_change(c, update, w.at - update);
}

/* --- what servers say ---------------------------------------------------------------------------------------------------- */
static void deliver(Client *c, u64 id, u64 clock, u64 length) {
    if (id < first_id || id >= first_id + writers_count) return;
    int writer = id - first_id;
    if (writer == c->index) { own_echoes++; return; }
    if (writer % documents_count != c->document) { bad_frames++; return; }
    if (clock + length <= SETUP_CLOCKS) return;
    u64 end = clock + length - SETUP_CLOCKS, start = clock < SETUP_CLOCKS ? 0 : clock - SETUP_CLOCKS;
    u32 *known = &seen[(size_t)c->index * writers_per_document + writer / documents_count];
    if (end <= *known) return;
    if (start > *known) skipped += start - *known; else start = *known;
    int is_across = clients[writer].port != c->port;
    for (u64 letter = start; letter < end && letter < clients[writer].typed; letter++) {
        double elapsed = now - sent_at[writer][letter];
        delivered++;
        histogram_add(&latencies, elapsed);
        if (is_across) histogram_add(&latencies_across, elapsed);
    }
    *known = end;
    last_delivery = now;
}

static u64 utf16_length(const u8 *data, u64 length) {
    u64 units = 0;
    for (u64 i = 0; i < length; i++) units += (data[i] & 0xC0) != 0x80 ? 1 + (data[i] >= 0xF0) : 0;
    return units;
}

/* Read past the content of an item and return how many clocks it takes. */
static u64 read_content(Reader *r, int kind) {
    u64 length, count;
    switch (kind) {
    case 1: return read_uint(r);
    case 2: for (length = count = read_uint(r); count-- && !r->failed;) skip_blob(r); return length;
    case 3: case 5: skip_blob(r); return 1;
    case 4: {
        u64 size = read_uint(r);
        const u8 *start = r->at;
        skip(r, size);
        return r->failed ? 0 : utf16_length(start, size);
    }
    case 6: skip_blob(r); skip_blob(r); return 1;
    case 7: { u64 type = read_uint(r); if (type == 3 || type == 5) skip_blob(r); return 1; }
    case 8: for (length = count = read_uint(r); count-- && !r->failed;) skip_any(r); return length;
    case 9: skip_blob(r); skip_any(r); return 1;
    default: r->failed = 1; return 0;
    }
}

/* Read one struct; return its length in clocks. `*is_known` says whether it carries what it names (a skip does not). */
static u64 read_struct(Reader *r, int *is_known) {
    if (r->at >= r->end) { r->failed = 1; return 0; }
    u8 info = *r->at++;
    int kind = info & 31;
    *is_known = kind != 10;
    if (kind == 0 || kind == 10) return read_uint(r);
    if (info & 0x80) { read_uint(r); read_uint(r); }
    if (info & 0x40) { read_uint(r); read_uint(r); }
    if (!(info & 0xC0)) {
        if (read_uint(r) == 1) skip_blob(r); else { read_uint(r); read_uint(r); }
        if (info & 0x20) skip_blob(r);
    }
    return read_content(r, kind);
}

/* Take in an update (Yjs v1); the delete set is of no interest: nobody deletes. Returns whether it could be read. */
static int take_update(Client *c, const u8 *data, size_t length) {
    Reader r = {data, data + length, 0};
    keep_update(c, data, length);
    for (u64 blocks = read_uint(&r); blocks && !r.failed; blocks--) {
        u64 structs = read_uint(&r), id = read_uint(&r), clock = read_uint(&r);
        for (; structs && !r.failed; structs--) {
            int is_known = 0;
            u64 taken = read_struct(&r, &is_known);
            if (is_known && !r.failed) deliver(c, id, clock, taken);
            clock += taken;
        }
    }
    return !r.failed;
}

static void begin_sync(Client *c) { send_sync(c, SYNC_STEP_1, (const u8 *)"\0", 1); }

static void take_sync(Client *c, Reader *r) {
    u64 step = read_uint(r), length = read_uint(r);
    if (r->failed || length > (u64)(r->end - r->at)) { bad_frames++; return; }
    if (step == SYNC_STEP_1) { send_sync(c, SYNC_STEP_2, (const u8 *)"\0\0", 2); return; }
    if (!take_update(c, r->at, length)) bad_frames++;
    if (step == SYNC_STEP_2 && !c->is_synced) {
        c->is_synced = 1;
        c->connected_at = now - c->connected_at;
        send_awareness(c);
    }
}

static void take_auth(Client *c, Reader *r) {
    u64 kind = read_uint(r);
    if (kind == 2) begin_sync(c);
    else { bad_frames++; fprintf(stderr, "generator: authentication refused (%d)\n", (int)kind); }
}

static void take_message(Client *c, const u8 *data, size_t length) {
    Reader r = {data, data + length, 0};
    if (is_measuring) { frames++; bytes += length; }
    if (protocol == HOCUSPOCUS) skip_blob(&r);
    u64 kind = read_uint(&r);
    /* Renewed presence never ends: only text tells whether things have settled. */
    if (!renews_presence || kind != FRAME_AWARENESS) last_frame = now;
    if (r.failed) bad_frames++;
    else if (kind == FRAME_SYNC || (protocol == HOCUSPOCUS && kind == FRAME_SYNC_REPLY)) take_sync(c, &r);
    else if (kind == FRAME_AWARENESS) awareness_frames += is_measuring;
    else if (kind == FRAME_AUTH && protocol == HOCUSPOCUS) take_auth(c, &r);
    else if (kind == FRAME_RECEIPT && protocol == Y_WEBSOCKET) c->receipts = read_uint(&r);
}

static void greet(Client *c) {
    c->state = OPEN;
    if (protocol == Y_WEBSOCKET) { begin_sync(c); return; }
    u8 out[512];
    Writer w = {out};
    begin_message(c, &w);
    put_byte(&w, FRAME_AUTH);
    put_byte(&w, 0);
    put_text(&w, "benchmark");
    send_message(c, OP_BINARY, out, w.at - out);
}

/* Take one websocket frame from the front; return its size, 0 when it has not arrived whole. */
static size_t take_frame(Client *c, const u8 *data, size_t available) {
    if (available < 2) return 0;
    size_t head = 2, length = data[1] & 127;
    int wide = length == 126 ? 2 : length == 127 ? 8 : 0, op = data[0] & 15;
    if (available < head + wide) return 0;
    if (wide) for (length = 0; head < 2u + wide; head++) length = length << 8 | data[head];
    if (available < head + length) return 0;
    if (!(data[0] & 0x80) || op == 0) { bad_frames++; client_close(c); }
    else if (op == OP_BINARY) take_message(c, data + head, length);
    else if (op == OP_PING) send_message(c, OP_PONG, data + head, length);
    else if (op == OP_CLOSE) {
        if (length >= 2) fprintf(stderr, "generator: closed with %d\n", data[head] << 8 | data[head + 1]);
        client_close(c);
    }
    return head + length;
}

/* Take what the answer to the upgrade request says; return its size, 0 when it has not arrived whole. */
static size_t take_upgrade(Client *c, const u8 *data, size_t available) {
    const u8 *end = memmem(data, available, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(data, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "generator: not let in: %.60s\n", data);
        c->state = OPEN;
        client_close(c);
    } else greet(c);
    return end + 4 - data;
}

static void client_readable(Client *c) {
    static u8 *buffer;
    static size_t capacity = 1 << 20;
    for (;;) {
        if (!buffer || capacity < c->unread_length * 2 + 65536) {
            if (buffer) capacity = c->unread_length * 4 + 65536;
            buffer = realloc(buffer, capacity);
        }
        memcpy(buffer, c->unread, c->unread_length);
        size_t room = capacity - c->unread_length, at = 0, size = 1;
        ssize_t n = recv(c->fd, buffer + c->unread_length, room, 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) { client_close(c); return; }
        now = clock_now();
        size_t available = c->unread_length + n;
        while (size && c->state != CLOSED) {
            size = c->state == UPGRADING ? take_upgrade(c, buffer + at, available - at)
                                         : take_frame(c, buffer + at, available - at);
            at += size;
        }
        c->unread_length = available - at;
        if (c->unread_length) {
            c->unread = realloc(c->unread, c->unread_length);
            memcpy(c->unread, buffer + at, c->unread_length);
        }
        if (c->state == CLOSED || (size_t)n < room) return;
    }
}

static void request_upgrade(Client *c) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) {
        fprintf(stderr, "generator: connect: %s\n", strerror(error));
        c->state = OPEN;
        client_close(c);
        return;
    }
    char out[6000];
    const char *name = protocol == Y_WEBSOCKET ? names[c->document] : "";
    int n = snprintf(out, sizeof out,
        "GET /%s%s%s%s%s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
        path, *path && *name ? "/" : "", name, *query ? "?" : "", query, host, ports[c->port], headers,
        sign_ins_count ? sign_ins[c->index % sign_ins_count] : "", sign_ins_count ? "\r\n" : "");
    c->state = UPGRADING;
    watch(c, EPOLLIN);
    client_write(c, out, n);
}

/* Say again who is there, for those whose turn it is; everybody comes in the order of joining. */
static void renew_presence(void) {
    static int next = 0;
    double t = clock_now();
    for (int seen_all = 0; seen_all < clients_count; seen_all++) {
        Client *c = &clients[next];
        if (c->state == OPEN && c->announced_at) {
            if (t - c->announced_at < RENEWAL_SECONDS) return;
            send_awareness(c);
        }
        next = (next + 1) % clients_count;
    }
}

/* Handle what has arrived; wait at most `timeout` seconds for something. Returns whether standard input was closed. */
static int pump(double timeout) {
    struct epoll_event events[128];
    int ms = timeout <= 0 ? 0 : timeout < 0.001 ? 1 : timeout > 0.05 ? 50 : (int)(timeout * 1000);
    int count = epoll_wait(poll_fd, events, 128, ms), is_input_closed = 0;
    if (renews_presence) renew_presence();
    for (int i = 0; i < count; i++) {
        Client *c = events[i].data.ptr;
        if (!c) { is_input_closed = 1; continue; }
        if (c->state == CONNECTING) { request_upgrade(c); continue; }
        if (c->state != CLOSED && events[i].events & EPOLLOUT) client_flush(c);
        if (c->state != CLOSED && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) client_readable(c);
    }
    return is_input_closed;
}

/* --- the run ------------------------------------------------------------------------------------------------------------ */
static void start_client(Client *c) {
    int one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(ports[c->port])};
    inet_pton(AF_INET, host, &address.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) fail("no more sockets (ulimit -n)");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->state = CONNECTING;
    c->connected_at = clock_now();
    struct epoll_event event = {EPOLLOUT, {.ptr = c}};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event);
    connect(c->fd, (void *)&address, sizeof address);
}

/* Connect everybody, some at a time, until all are synced; return how many are. */
static int connect_all(void) {
    double begin = clock_now();
    int started = 0, ready = 0;
    while (clock_now() - begin < CONNECT_SECONDS) {
        int waiting = 0, failed = 0;
        ready = 0;
        for (int i = 0; i < started; i++) {
            if (clients[i].state == CLOSED) failed++;
            else if (clients[i].is_synced) ready++;
            else waiting++;
        }
        if ((started == clients_count && !waiting) || failed > CONNECT_FAILURES) break;
        while (started < clients_count && waiting < CONNECTS_AT_ONCE) { start_client(&clients[started++]); waiting++; }
        pump(0.005);
    }
    return ready;
}

/* Wait until nothing has arrived for a while: the paragraphs and the first presence are through. */
static void settle(void) {
    double begin = clock_now();
    last_frame = begin;
    while (clock_now() - begin < 20 && (clock_now() - begin < 0.5 || clock_now() - last_frame < 0.4)) pump(0.02);
}

/* Kill the server when it is time to; return whether it has been killed. */
static int kill_when_due(double begin, int is_complete) {
    static int is_killed = 0;
    int is_due = (kill_after >= 0 && clock_now() - begin >= kill_after) || (kills_at_end && is_complete);
    if (is_due && !is_killed) {
        for (int i = 0; i < pids_count; i++) kill(pids[i], SIGKILL);
        is_killed = 1;
    }
    return is_killed;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Type everything that is to be typed, each letter when it is due. Returns by how many seconds the latest was late. */
static double type_all(double begin) {
    u64 total = (u64)(rate * seconds + 0.5) * writers_count;
    double lag = 0, *phases = malloc(sizeof(double) * (writers_count + 1));
    int *order = malloc(sizeof(int) * (writers_count + 1));
    for (int i = 0; i < writers_count; i++) { phases[i] = drand48() / rate; order[i] = i; }
    qsort(phases, writers_count, sizeof(double), compare_doubles);
    for (int i = writers_count - 1; i > 0; i--) {
        int j = drand48() * (i + 1), other = order[i];
        order[i] = order[j];
        order[j] = other;
    }
    for (u64 k = 0; k < total;) {
        if (kill_when_due(begin, 0)) break;
        double due = begin + 0.01 + (k / writers_count) / rate + phases[k % writers_count], t = clock_now();
        if (t < due) { pump(due - t); continue; }
        if (t - due > lag) lag = t - due;
        Client *c = &clients[order[k % writers_count]];
        if (c->state == OPEN) send_letter(c);
        if (++k % 64 == 0) pump(0);
    }
    free(phases);
    free(order);
    return lag;
}

static u64 expected_deliveries(void) {
    u64 total = 0;
    for (int i = 0; i < writers_count; i++) {
        int members = (clients_count - clients[i].document + documents_count - 1) / documents_count;
        total += (u64)clients[i].typed * (members - 1);
    }
    return total;
}

static int open_clients(void) {
    int count = 0;
    for (int i = 0; i < clients_count; i++) count += clients[i].state == OPEN;
    return count;
}

/* Wait for what is still on its way: until complete, or nothing came for 5 s, or everybody is gone. */
static void drain(double begin, u64 expected) {
    double start = clock_now();
    for (;;) {
        double t = clock_now();
        int is_complete = delivered + skipped >= expected, is_killed = kill_when_due(begin, is_complete);
        if (is_killed ? !open_clients() : is_complete && !kills_at_end) return;
        if (t - start > drain_seconds || (t - last_delivery > 5 && t - start > 5)) {
            if (is_killed || (kill_after < 0 && !kills_at_end)) return;
            kill_after = 0;
        }
        pump(0.01);
    }
}

/* Whether every client has every letter of its document. */
static int have_all_everything(void) {
    for (int i = 0; i < clients_count; i++)
        for (int w = clients[i].document; w < writers_count; w += documents_count)
            if (w != i && seen[(size_t)i * writers_per_document + w / documents_count] != clients[w].typed) return 0;
    return 1;
}

/* One line per writer: client id, letters typed, most letters that another client holds, frames confirmed. */
static void report_writers(void) {
    FILE *out = fopen(writers_file, "w");
    for (int w = 0; w < writers_count; w++) {
        u32 most = 0;
        for (int i = w % documents_count; i < clients_count; i += documents_count) {
            u32 held = seen[(size_t)i * writers_per_document + w / documents_count];
            if (i != w && held > most) most = held;
        }
        fprintf(out, "%lu %u %u %u\n", first_id + w, clients[w].typed, most, clients[w].receipts);
    }
    fclose(out);
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void say(const char *event) { printf("{\"event\": \"%s\"}\n", event); fflush(stdout); }

static void report_latencies(const char *name, const Histogram *h) {
    printf("\"p50%s\": %.3f, \"p95%s\": %.3f, \"p99%s\": %.3f, \"max%s\": %.3f, ", name, histogram_quantile(h, .5), name,
           histogram_quantile(h, .95), name, histogram_quantile(h, .99), name, h->max * 1e3);
}

static void measure(int synced, double connect_seconds) {
    for (int i = 0; i < writers_count; i++) send_paragraph(&clients[i]);
    settle();
    say("measuring");
    double cpu = cpu_seconds(), begin = clock_now();
    is_measuring = 1;
    last_delivery = begin;
    double lag = type_all(begin);
    u64 expected = expected_deliveries();
    double typed = clock_now();
    drain(begin, expected);
    double end = clock_now(), spent = cpu_seconds() - cpu, active = last_delivery - begin;
    if (*writers_file) report_writers();
    printf("{\"event\": \"done\", \"clients\": %d, \"documents\": %d, \"writers\": %d, \"synced\": %d, ", clients_count,
           documents_count, writers_count, synced);
    report_latencies("", &latencies);
    report_latencies("_across", &latencies_across);
    printf("\"sent\": %lu, \"expected\": %lu, \"delivered\": %lu, \"missing\": %ld, \"skipped\": %lu, "
           "\"delivered_per_s\": %.0f, \"frames\": %lu, \"frames_per_s\": %.0f, \"bytes\": %lu, \"own_echoes\": %lu, "
           "\"awareness_frames\": %lu, \"bad_frames\": %lu, \"dropped\": %lu, \"connect_seconds\": %.3f, "
           "\"generator_cpu_pct\": %.0f, \"send_lag_ms\": %.1f, \"measured_seconds\": %.3f, \"drain_seconds\": %.2f, "
           "\"all_have_everything\": %s}\n",
           sent, expected, delivered, (long)(expected - delivered), skipped, delivered / (active > 0 ? active : 1), frames,
           frames / (end - begin), bytes, own_echoes, awareness_frames, bad_frames, dropped, connect_seconds,
           100 * spent / (end - begin), lag * 1e3, end - begin, end - typed,
           have_all_everything() && synced == clients_count ? "true" : "false");
}

/* Keep all connections, idle, until standard input is closed. */
static void hold(int synced, double connect_seconds) {
    struct epoll_event event = {EPOLLIN | EPOLLHUP, {.ptr = 0}};
    double slowest = 0;
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &event);
    settle();
    say("measuring");
    while (!pump(0.05)) { }
    for (int i = 0; i < clients_count; i++)
        if (clients[i].is_synced && clients[i].connected_at > slowest) slowest = clients[i].connected_at;
    printf("{\"event\": \"done\", \"clients\": %d, \"synced\": %d, \"dropped\": %lu, \"connect_seconds\": %.4f, "
           "\"slowest_sync_ms\": %.2f, \"bad_frames\": %lu}\n", clients_count, synced, dropped, connect_seconds,
           slowest * 1e3, bad_frames);
}

/* --- options ------------------------------------------------------------------------------------------------------------ */
static char **read_lines(const char *file, int *count) {
    FILE *in = fopen(file, "r");
    if (!in) fail("a file of names or sign-ins cannot be read");
    char line[1024], **lines = 0;
    for (*count = 0; fgets(line, sizeof line, in); (*count)++) {
        line[strcspn(line, "\r\n")] = 0;
        lines = realloc(lines, sizeof(char *) * (*count + 1));
        lines[*count] = strdup(line);
    }
    fclose(in);
    return lines;
}

static void add_numbers(const char *text, int *numbers, int *count, int limit) {
    *count = 0;
    for (const char *at = text; at && *count < limit; at = strchr(at, ',') ? strchr(at, ',') + 1 : 0)
        numbers[(*count)++] = atoi(at);
}

static void take_option(const char *name, const char *value) {
#define TEXT(option, target) if (!strcmp(name, option)) { snprintf(target, sizeof target, "%s", value); return; }
#define NUMBER(option, target) if (!strcmp(name, option)) { target = atof(value); return; }
    TEXT("--host", host) TEXT("--path", path) TEXT("--query", query) TEXT("--root", root)
    TEXT("--capture", capture_file) TEXT("--report-writers", writers_file)
    NUMBER("--clients", clients_count) NUMBER("--documents", documents_count) NUMBER("--writers", writers_count)
    NUMBER("--rate", rate) NUMBER("--seconds", seconds) NUMBER("--drain", drain_seconds) NUMBER("--seed", seed)
    NUMBER("--hold", is_holding) NUMBER("--renew-presence", renews_presence) NUMBER("--kill-after", kill_after) NUMBER("--kill-at-end", kills_at_end)
    if (!strcmp(name, "--ports")) add_numbers(value, ports, &ports_count, MAX_PORTS);
    else if (!strcmp(name, "--kill-pids")) add_numbers(value, pids, &pids_count, MAX_PIDS);
    else if (!strcmp(name, "--names")) names = read_lines(value, &names_count);
    else if (!strcmp(name, "--sign-ins")) sign_ins = read_lines(value, &sign_ins_count);
    else if (!strcmp(name, "--header")) { strncat(headers, value, 1000); strcat(headers, "\r\n"); }
    else if (!strcmp(name, "--protocol")) protocol = strcmp(value, "hocuspocus") ? Y_WEBSOCKET : HOCUSPOCUS;
    else fail(name);
}

static void make_clients(void) {
    int letters = (int)(rate * seconds + 0.5) + 2;
    srand48(seed);
    first_id = 1000000 + (u64)(drand48() * 1e9);
    writers_per_document = (writers_count + documents_count - 1) / documents_count;
    clients = calloc(clients_count, sizeof(Client));
    seen = calloc((size_t)clients_count * (writers_per_document ? writers_per_document : 1), sizeof(u32));
    sent_at = calloc(writers_count + 1, sizeof(double *));
    for (int i = 0; i < writers_count; i++) sent_at[i] = calloc(letters, sizeof(double));
    int per_document = (clients_count + documents_count - 1) / documents_count;
    for (int i = 0; i < clients_count; i++) {
        int place = i / documents_count;
        clients[i].index = i;
        clients[i].document = i % documents_count;
        clients[i].port = place % ports_count;
        clients[i].is_sampled = (clients[i].document == 0 || clients[i].document == documents_count / 2) &&
                                (place == 0 || place == per_document / 2 || place == per_document - 1);
    }
}

int main(int count, char **arguments) {
    for (int i = 1; i + 1 < count; i += 2) take_option(arguments[i], arguments[i + 1]);
    if (names_count < documents_count) fail("--names needs a line for each document");
    if (writers_count < 0 || writers_count > clients_count) writers_count = clients_count;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (*capture_file) capture = fopen(capture_file, "wb");
    poll_fd = epoll_create1(0);
    make_clients();
    double begin = clock_now();
    int synced = connect_all();
    double connect_seconds = clock_now() - begin;
    printf("{\"event\": \"connected\", \"synced\": %d}\n", synced);
    fflush(stdout);
    if (is_holding) hold(synced, connect_seconds); else measure(synced, connect_seconds);
    if (capture) fclose(capture);
    for (int i = 0; i < clients_count; i++)
        if (clients[i].state == OPEN) send_message(&clients[i], OP_CLOSE, (const u8 *)"\x03\xe8", 2);
    fflush(stdout);
    usleep(100000);
    return 0;
}
