/* What a server may cost this client, and how long it may take. */
#ifndef CLIENT_LIMITS_H
#define CLIENT_LIMITS_H

/* One answer or event: twice what our own server gives as a result. */
#define LIMIT_MESSAGE_BYTES (32 * 1024 * 1024)
/* Nesting of JSON. */
#define LIMIT_JSON_DEPTH 64
/* An event's name; the known ones are shorter than 10. */
#define LIMIT_EVENT_NAME_BYTES 64
/* DELIBERATE_ORCHESTRATOR_TOKEN goes into a header. */
#define LIMIT_TOKEN_BYTES 4000
/* A session id is sent back with every request. */
#define LIMIT_SESSION_ID_BYTES 4096
/* Pages of tools/list. */
#define LIMIT_PAGES 1000
/* Requests of the server's that wait for our answer. */
#define LIMIT_OWED 64
/* --timeout when it is not given: the longest call our server allows. */
#define LIMIT_SECONDS 300
#define LIMIT_CONNECT_SECONDS 10
/* For the DELETE at the end, which nobody needs to wait for. */
#define LIMIT_GOODBYE_MS 2000

#endif
