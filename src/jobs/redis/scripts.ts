/**
 * What must happen at once in Redis. Every key begins with `{langdu}`, one slot of a cluster.
 *
 * | key | holds |
 * |---|---|
 * | `job:<id>` | hash: `job` (JSON), `version`, `seq`, `caller`, `key`, `priority`, `state`, `ticket` |
 * | `request:<id>` | the request, gzipped JSON |
 * | `all`, `of:<caller>` | sorted sets of ids by `seq` |
 * | `keys:<caller>` | hash: idempotency key → id |
 * | `open:<caller>` | set: unfinished jobs |
 * | `ready:<caller>` | sorted set: jobs that may be claimed, the best first |
 * | `callers` | sorted set: callers with ready jobs, by what they were given |
 * | `served`, `clock` | what each caller was given, in sentences; where one that was away begins |
 * | `taken` | set: jobs that are running, or about to |
 * | `later` | sorted set: jobs that wait after a failure, by when they become ready |
 * | `wakes`, `waiting` | sorted sets: by when the keeper must look; by when accepted, of those never begun |
 * | `tickets` | hash: BullMQ job → job that was taken with it |
 * | `counts` | hash: jobs by state |
 */
export const PREFIX = '{langdu}';

/** Shared by the scripts: puts a job where its state belongs. */
const place = `
local p = '${PREFIX}:'
local call = redis.call

local function tag(caller)
  local served = tonumber(call('HGET', p .. 'served', caller) or '0')
  return math.max(served, tonumber(call('GET', p .. 'clock') or '0'))
end

local function ready(id)
  local caller, priority, seq = unpack(call('HMGET', p .. 'job:' .. id, 'caller', 'priority', 'seq'))
  call('ZADD', p .. 'ready:' .. caller, (9 - tonumber(priority)) * 1e12 + tonumber(seq), id)
  call('ZADD', p .. 'callers', 'NX', tag(caller), caller)
end

local function unready(id, caller)
  call('ZREM', p .. 'later', id)
  if call('ZREM', p .. 'ready:' .. caller, id) == 1 and call('ZCARD', p .. 'ready:' .. caller) == 0 then
    call('ZREM', p .. 'callers', caller)
  end
end

local function set(key, time, id)
  if time == '' then call('ZREM', p .. key, id) else call('ZADD', p .. key, time, id) end
end

local function place(id, state, readyAt, wakeAt, waitingSince, now)
  local caller, before = unpack(call('HMGET', p .. 'job:' .. id, 'caller', 'state'))
  if before then call('HINCRBY', p .. 'counts', before, -1) end
  call('HINCRBY', p .. 'counts', state, 1)
  call('HSET', p .. 'job:' .. id, 'state', state)
  if state == 'queued' or state == 'running' then
    call('SADD', p .. 'open:' .. caller, id)
  else
    call('SREM', p .. 'open:' .. caller, id)
  end
  call(state == 'running' and 'SADD' or 'SREM', p .. 'taken', id)
  unready(id, caller)
  if readyAt ~= '' then
    if tonumber(readyAt) > tonumber(now) then call('ZADD', p .. 'later', readyAt, id) else ready(id) end
  end
  set('wakes', wakeAt, id)
  set('waiting', waitingSince, id)
end
`;

/**
 * id, caller, key or '', most, job, request, priority, readyAt, wakeAt, createdAt, now → [1], [0, the job under the
 * key] or [-1]
 */
const insert = `${place}
local id, caller, key, most, job, request, priority, readyAt, wakeAt, createdAt, now = unpack(ARGV)
if key ~= '' then
  local taken = call('HGET', p .. 'keys:' .. caller, key)
  local same = taken and call('HGET', p .. 'job:' .. taken, 'job')
  if same then return {0, same} end
end
if call('SCARD', p .. 'open:' .. caller) >= tonumber(most) then return {-1} end
local seq = call('INCR', p .. 'seq')
call('HSET', p .. 'job:' .. id, 'job', job, 'version', 1, 'seq', seq, 'caller', caller, 'priority', priority, 'key', key)
call('SET', p .. 'request:' .. id, request)
call('ZADD', p .. 'all', seq, id)
call('ZADD', p .. 'of:' .. caller, seq, id)
if key ~= '' then call('HSET', p .. 'keys:' .. caller, key, id) end
place(id, 'queued', readyAt, wakeAt, createdAt, now)
return {1}
`;

/** id, version read, job, state, readyAt, wakeAt, waitingSince, now → 1, or 0 when somebody was faster */
const save = `${place}
local id, version, job, state, readyAt, wakeAt, waitingSince, now = unpack(ARGV)
if call('HGET', p .. 'job:' .. id, 'version') ~= version then return 0 end
call('HSET', p .. 'job:' .. id, 'job', job)
call('HINCRBY', p .. 'job:' .. id, 'version', 1)
place(id, state, readyAt, wakeAt, waitingSince, now)
return 1
`;

/**
 * ticket, now → the job this ticket is good for, or nothing. A ticket that is delivered a second time is good for the
 * job it took the first time: its holder was lost. Start-time fair queuing: who was away begins where the others are.
 */
const take = `${place}
local ticket, now = unpack(ARGV)
local held = call('HGET', p .. 'tickets', ticket)
if held then
  if call('HGET', p .. 'job:' .. held, 'ticket') == ticket then return held end
  call('HDEL', p .. 'tickets', ticket)
end
for _, id in ipairs(call('ZRANGEBYSCORE', p .. 'later', 0, now, 'LIMIT', 0, 100)) do
  call('ZREM', p .. 'later', id)
  ready(id)
end
local first = call('ZRANGE', p .. 'callers', 0, 0, 'WITHSCORES')
local caller = first[1]
if not caller then return false end
local id = call('ZRANGE', p .. 'ready:' .. caller, 0, 0)[1]
call('SET', p .. 'clock', first[2])
call('HSET', p .. 'served', caller, tonumber(first[2]) + 1)
unready(id, caller)
if call('ZSCORE', p .. 'callers', caller) then call('ZADD', p .. 'callers', tonumber(first[2]) + 1, caller) end
call('HSET', p .. 'tickets', ticket, id)
call('HSET', p .. 'job:' .. id, 'ticket', ticket)
call('SADD', p .. 'taken', id)
return id
`;

/**
 * ticket, job, caller, sentences beyond the first → 1 when the ticket is used up; 0 when the job is still running on
 * it: its holder could not let go of it, and the ticket must be delivered again.
 */
const ended = `${place}
local ticket, id, caller, sentences = unpack(ARGV)
call('HINCRBYFLOAT', p .. 'served', caller, sentences)
if call('ZSCORE', p .. 'callers', caller) then call('ZADD', p .. 'callers', tag(caller), caller) end
local owner, state = unpack(call('HMGET', p .. 'job:' .. id, 'ticket', 'state'))
if owner == ticket and state == 'running' then return 0 end
call('HDEL', p .. 'tickets', ticket)
return 1
`;

/** id → 1 */
const remove = `${place}
local id = ARGV[1]
local caller, state, key = unpack(call('HMGET', p .. 'job:' .. id, 'caller', 'state', 'key'))
if not caller then return 1 end
unready(id, caller)
for _, key in ipairs({'wakes', 'waiting', 'all', 'of:' .. caller}) do call('ZREM', p .. key, id) end
call('SREM', p .. 'open:' .. caller, id)
call('SREM', p .. 'taken', id)
call('HINCRBY', p .. 'counts', state, -1)
if key and call('HGET', p .. 'keys:' .. caller, key) == id then call('HDEL', p .. 'keys:' .. caller, key) end
call('DEL', p .. 'job:' .. id, p .. 'request:' .. id)
return 1
`;

export const scripts = { insert, save, take, ended, remove } as const;
