/* read_secrets: a deployer's scripts never see the value of a secret: `setting` refuses a variable that some block names with `secret`. One
 * may be read before that block is. Then the script may have put the value anywhere, so the load fails with that alone: none of its
 * findings is shown, since it might repeat the value. */
#include "library/definitions/state.h"

typedef struct named_variable {
  const char *name, *block; /* block: in which it is a secret; NULL: not known */
  origin secret, read;
} named_variable;

static named_variable *variable_of(lua_State *L, const char *name) {
  script *s = script_of(L);
  named_variable *v = lookup_get(&s->variables, name);
  if (v) return v;
  arena *kept = s->catalog->arena; /* the other one is that of a validation, once the load is done */
  v = arena_alloc(kept, sizeof *v);
  v->name = arena_text(kept, name);
  lookup_add_kept(&s->variables, kept, v->name, v);
  return v;
}

/* A tail call, as in `return setting "NAME"`, may leave no line. */
static origin place_of_call(lua_State *L) {
  const origin at = script_where(L);
  return at.file ? at : (origin){ "", 0 };
}

static const char *place_text(arena *a, origin at) { return at.line ? arena_printf(a, "%s:%d", at.file, at.line) : "the end of a file"; }

void note_secret(lua_State *L, const char *name) {
  script *s = script_of(L);
  named_variable *v = variable_of(L, name);
  environment_tell(s->environment, name, true);
  if (v->secret.file) return;
  v->secret = place_of_call(L);
  v->block = arena_text(s->catalog->arena, s->block_id);
  if (!v->read.file) return;
  if (!s->loading) luaL_error(L, "secret: '%s' is read with setting at %s", name, place_text(s->arena, v->read));
  LIST_PUSH(s->catalog->arena, s->read_secrets, s->read_secret_count, s->read_secret_room, v);
}

void refuse_secret(lua_State *L, const char *name) {
  arena *a = script_of(L)->arena;
  if (script_of(L)->directory == SHIPPED_DIRECTORY) return; /* what that reads, a deployer may still name a secret */
  named_variable *v = variable_of(L, name);
  if (!v->secret.file) {
    if (!v->read.file) v->read = place_of_call(L);
    return;
  }
  const char *of = v->block ? arena_printf(a, " of '%s'", v->block) : "";
  const char *message =
      arena_printf(a, "setting: '%s' is a secret%s (%s), and scripts never see one: leave this out, or read a variable of another name",
                   name, of, place_text(a, v->secret));
  if (script_of(L)->loading) fail_part(L, NULL, arena_text(a, name), message);
  luaL_error(L, "%s", message);
}

void report_read_secrets(script *s) {
  findings *f = s->catalog->findings;
  if (!s->read_secret_count) return;
  findings_clear(f);
  for (size_t i = 0; i < s->read_secret_count; i++) {
    const named_variable *v = s->read_secrets[i];
    finding_at(f, ROSTER_ERROR, (finding_place){ .at = v->secret, .word = v->name }, NULL,
               "secret: '%s' is read with setting at %s, and scripts never see a secret: leave that out, or name another variable here",
               v->name, place_text(s->arena, v->read));
  }
  f->closed = true;
}
