/* completions: the verb that prints completions for a shell, made from the table of verbs and that of options. Ids of models, providers and
 * roles are asked of the command itself when they are needed, without a request. */
#include "command/columns.h"
#include "command/shared/output.h"
#include "command/shared/verb.h"
#include "command/verbs.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <string.h>

/* ---- values ---- */

typedef enum value_kind { VALUE_OTHER, VALUE_FILE, VALUE_WORDS, VALUE_PROVIDER } value_kind;

static bool is_one_of(const char *word, const char *const *words) {
  for (; *words; words++)
    if (strcmp(word, *words) == 0) return true;
  return false;
}

static void add_words(strbuf *p, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) strbuf_format(p, "%s%s", p->length ? " " : "", words[i]);
}

static void add_states(strbuf *p) {
  const char *name;
  for (int i = 0; strcmp(name = roster_state_name((roster_state)i), "unknown") != 0; i++) strbuf_format(p, "%s%s", i ? " " : "", name);
  for (int i = 1; strcmp(name = roster_reason_name((roster_reason)i), "unknown") != 0; i++) strbuf_format(p, " %s", name);
}

static void add_columns(strbuf *p) {
  for (size_t i = 0; columns_name_at(i); i++) strbuf_format(p, "%s%s", i ? " " : "", columns_name_at(i));
}

/* What the shell offers for the value of an option: `words` gets those of a list. */
static value_kind value_of(const known_option *w, strbuf *words) {
  static const char *const files[] = { "DIR", "FILE", NULL };
  size_t count;
  const char *const *closed = option_words(w->option, &count);
  if (closed) add_words(words, closed, count);
  if (w->option == OPTION_STATE) add_states(words);
  if (w->option == OPTION_SORT || w->option == OPTION_COLUMNS) add_columns(words);
  if (w->option == OPTION_DOCUMENT || w->option == OPTION_SPELLING || w->option == OPTION_PROFILE) strbuf_add(words, "phoenix");
  if (words->length) return VALUE_WORDS;
  if (strcmp(w->name, "--provider") == 0) return VALUE_PROVIDER;
  return w->value && is_one_of(w->value, files) ? VALUE_FILE : VALUE_OTHER;
}

/* The words that can be an operand of a verb. */
static void add_operands(strbuf *p, const verb *v) {
  const verb *other;
  if (v->words) strbuf_add(p, v->words);
  for (size_t i = 0; strcmp(v->name, "help") == 0 && (other = verb_at(i)); i++)
    strbuf_format(p, "%s%s", i ? " " : "exit-codes ", other->name);
}

static option_set options_of(const verb *v) { return v->run_bare ? OPTION_HELP : v->options | OPTION_HELP; }

/* Text within '...' of a shell. */
static void add_quoted(strbuf *p, const char *text) {
  for (; *text; text++) *text == '\'' ? strbuf_add(p, "'\\''") : strbuf_bytes(p, text, 1);
}

static void print_quoted(const char *text) {
  strbuf p = { 0 };
  add_quoted(&p, text);
  printf("'%s'", strbuf_text(&p));
  strbuf_free(&p);
}

/* ---- bash ---- */

static const char BASH_BEGIN[] = "# bash completion for roster: printed by `roster completions bash`.\n"
                                 "_roster_ids() { \"${words[0]}\" \"$@\" \"${config[@]}\" --offline --ids 2>/dev/null; }\n"
                                 "_roster() {\n"
                                 "  local line=${COMP_LINE:0:COMP_POINT} cur prev verb='' options='' operands='' given=0 i\n"
                                 "  local -a words config=()\n"
                                 "  cur=${line##*[[:space:]]}\n"
                                 "  read -ra words <<<\"$line\"\n"
                                 "  [[ -n $cur ]] || words+=('')\n"
                                 "  prev=${words[${#words[@]}-2]}\n"
                                 "  for ((i = 1; i < ${#words[@]} - 1; i++)); do\n"
                                 "    [[ ${words[i]} != -* && -z $verb ]] && verb=${words[i]}\n"
                                 "    [[ ${words[i]} != -* && $_roster_valued != *\" ${words[i - 1]} \"* ]] && ((++given))\n"
                                 "    [[ ${words[i]} == --config && -n ${words[i + 1]} ]] && config=(--config \"${words[i + 1]}\")\n"
                                 "  done\n"
                                 "  local value=$cur head=''\n"
                                 "  if [[ $cur == --*=* ]]; then prev=${cur%%=*} value=${cur#*=} head=$prev=; fi\n"
                                 "  case $prev in\n";

static const char BASH_REPLY[] =
    "  if [[ -z $verb ]]; then operands=$verbs\n"
    "  elif [[ $cur == -* ]]; then operands=$options\n"
    "  elif [[ $operands == '<files>' ]]; then COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null; return\n"
    "  fi\n"
    "  COMPREPLY=($(compgen -W \"$operands\" -- \"$cur\"))\n"
    "  _roster_trim \"$cur\"\n"
    "}\n"
    "# Bash replaces only what is behind the last : or =, which ids may hold.\n"
    "_roster_trim() {\n"
    "  local begin=${1%\"${1##*[:=]}\"}\n"
    "  COMPREPLY=(\"${COMPREPLY[@]#\"$begin\"}\")\n"
    "}\n"
    "# A list is completed behind its last comma.\n"
    "_roster_list() {\n"
    "  local begin=''\n"
    "  [[ $value == *,* ]] && begin=${value%,*},\n"
    "  COMPREPLY=($(compgen -P \"$head$begin\" -W \"$1\" -- \"${value##*,}\"))\n"
    "  _roster_trim \"$cur\"\n"
    "}\n"
    "complete -F _roster roster\n";

static void print_bash_values(void) {
  const known_option *w;
  for (size_t i = 0; (w = option_at(i)); i++) {
    strbuf words = { 0 };
    const value_kind kind = value_of(w, &words);
    if (w->value) printf("  %s) ", w->name);
    if (w->value && kind == VALUE_WORDS) printf("_roster_list '%s'; return ;;\n", strbuf_text(&words));
    if (w->value && kind == VALUE_PROVIDER) printf("_roster_list \"$(_roster_ids providers)\"; return ;;\n");
    if (w->value && kind == VALUE_FILE) printf("COMPREPLY=($(compgen -f -- \"$value\")); compopt -o filenames 2>/dev/null; return ;;\n");
    if (w->value && kind == VALUE_OTHER) printf("return ;;\n");
    strbuf_free(&words);
  }
}

static void print_bash_operands(const verb *v) {
  static const char *const sources[] = { "", "_roster_ids models --all --kind any", "_roster_ids providers",
                                         "_roster_ids models --all --kind any; _roster_ids providers", "_roster_ids role" };
  strbuf words = { 0 };
  add_operands(&words, v);
  if (v->takes == OPERAND_WORD) printf(" operands='%s'", strbuf_text(&words));
  if (v->takes == OPERAND_FILE) printf(" operands='<files>'");
  if (v->takes != OPERAND_WORD && v->takes != OPERAND_FILE && v->takes != OPERAND_NONE)
    printf("; [[ $cur == -*%s ]] || operands=$(%s)", v->takes == OPERAND_MODEL || v->takes == OPERAND_ROLE ? " || $given -gt 1" : "",
           sources[v->takes]);
  strbuf_free(&words);
}

static void print_bash(void) {
  const verb *v;
  const known_option *w;
  fputs(BASH_BEGIN, stdout);
  print_bash_values();
  printf("  esac\n  local verbs='");
  for (size_t i = 0; (v = verb_at(i)); i++) printf("%s%s", i ? " " : "", v->name);
  printf("'\n  case $verb in\n");
  for (size_t i = 0; (v = verb_at(i)); i++) {
    printf("  %s%s%s) options='", v->name, v->alias ? "|" : "", v->alias ? v->alias : "");
    const char *gap = "";
    for (size_t k = 0; (w = option_at(k)); k++) {
      if (!(w->option & options_of(v))) continue;
      printf("%s%s", gap, w->name);
      gap = " ";
    }
    printf("'");
    print_bash_operands(v);
    printf(" ;;\n");
  }
  printf("  esac\n%s_roster_valued='", BASH_REPLY);
  for (size_t i = 0; (w = option_at(i)); i++)
    if (w->value) printf(" %s", w->name);
  puts(" '");
}

/* ---- zsh ---- */

static const char ZSH_BEGIN[] =
    "#compdef roster\n"
    "# zsh completion for roster: printed by `roster completions zsh`.\n"
    "_roster_models() { local -a ids; ids=(${(f)\"$(_call_program ids $words[1] models --offline --all --kind any --ids 2>/dev/null)\"}); "
    "compadd -a ids }\n"
    "_roster_providers() { local -a ids; ids=(${(f)\"$(_call_program ids $words[1] providers --ids 2>/dev/null)\"}); "
    "compadd -a \"$@\" ids }\n"
    "_roster_roles() { local -a ids; ids=(${(f)\"$(_call_program ids $words[1] role --ids 2>/dev/null)\"}); compadd -a ids }\n"
    "_roster_provider_list() { compset -P '*,'; _roster_providers -qS , }\n"
    "_roster_either() { _alternative 'models:model:_roster_models' 'providers:provider:_roster_providers' }\n"
    "_roster() {\n"
    "  local curcontext=$curcontext state line\n"
    "  local -a verbs\n"
    "  verbs=(\n";

/* _arguments and _describe give a meaning to these. */
static void add_zsh(strbuf *p, const char *text) {
  for (; *text; text++) {
    if (strchr("[]:\\", *text)) strbuf_add(p, "\\");
    strbuf_bytes(p, text, 1);
  }
}

static void print_zsh_option(const known_option *w) {
  strbuf spec = { 0 }, words = { 0 };
  const value_kind kind = value_of(w, &words);
  strbuf_format(&spec, "*%s%s[", w->name, w->value ? "=" : "");
  add_zsh(&spec, w->help);
  strbuf_add(&spec, "]");
  if (w->value) strbuf_format(&spec, ":%s:", w->value);
  if (kind == VALUE_WORDS && strchr(w->value, ','))
    strbuf_format(&spec, "_sequence compadd - %s", strbuf_text(&words));
  else if (kind == VALUE_WORDS)
    strbuf_format(&spec, "(%s)", strbuf_text(&words));
  if (kind == VALUE_FILE) strbuf_add(&spec, "_files");
  if (kind == VALUE_PROVIDER) strbuf_add(&spec, "_roster_provider_list");
  printf(" \\\n      ");
  print_quoted(strbuf_text(&spec));
  strbuf_free(&spec);
  strbuf_free(&words);
}

static void print_zsh_verb(const verb *v) {
  static const char *const actions[] = { NULL, "_roster_models", "_roster_providers", "_roster_either", "_roster_roles", "_files", NULL };
  const known_option *w;
  strbuf words = { 0 };
  add_operands(&words, v);
  printf("  %s%s%s) _arguments -s -S", v->name, v->alias ? "|" : "", v->alias ? v->alias : "");
  for (size_t i = 0; (w = option_at(i)); i++)
    if (w->option & options_of(v)) print_zsh_option(w);
  if (v->takes == OPERAND_MODEL || v->takes == OPERAND_ROLE) /* one, and then what has no words */
    printf(" \\\n      '1:%s:%s'", v->takes == OPERAND_MODEL ? "model" : "role", actions[v->takes]);
  else if (actions[v->takes])
    printf(" \\\n      '*:operand:%s'", actions[v->takes]);
  if (v->takes == OPERAND_WORD) printf(" \\\n      '*:operand:(%s)'", strbuf_text(&words));
  printf(" ;;\n");
  strbuf_free(&words);
}

static void print_zsh(void) {
  const verb *v;
  fputs(ZSH_BEGIN, stdout);
  for (size_t i = 0; (v = verb_at(i)); i++) {
    strbuf line = { 0 };
    strbuf_format(&line, "%s:", v->name);
    add_zsh(&line, v->summary);
    printf("    ");
    print_quoted(strbuf_text(&line));
    putchar('\n');
    strbuf_free(&line);
  }
  printf("  )\n  if (( CURRENT == 2 )); then _describe verb verbs; return; fi\n"
         "  local verb=$words[2]\n  words=($words[1] ${words[3,-1]})\n  (( CURRENT-- ))\n  case $verb in\n");
  for (size_t i = 0; (v = verb_at(i)); i++) print_zsh_verb(v);
  printf("  esac\n}\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then _roster \"$@\"; else compdef _roster roster; fi\n");
}

/* ---- fish ---- */

static void print_fish_verbs(option_set option) {
  const verb *v;
  printf("complete -c roster -n '__fish_seen_subcommand_from");
  for (size_t i = 0; (v = verb_at(i)); i++)
    if (options_of(v) & option) printf(" %s", v->name);
  printf("'");
}

static void print_fish_option(const known_option *w) {
  strbuf words = { 0 };
  const value_kind kind = value_of(w, &words);
  if (w->option == OPTION_VERSION) return;
  print_fish_verbs(w->option);
  printf(" -l %s -d ", w->name + 2);
  print_quoted(w->help);
  if (kind == VALUE_WORDS) printf(" -x -a '%s'", strbuf_text(&words));
  if (kind == VALUE_PROVIDER) printf(" -x -a '(__fish_append , (roster providers --ids 2>/dev/null))'");
  if (kind == VALUE_FILE) printf(" -r -F");
  if (kind == VALUE_OTHER && w->value) printf(" -x");
  putchar('\n');
  strbuf_free(&words);
}

static void print_fish_operands(const verb *v) {
  static const char *const sources[] = { "", "(roster models --offline --all --kind any --ids 2>/dev/null)",
                                         "(roster providers --ids 2>/dev/null)",
                                         "(roster models --offline --all --kind any --ids 2>/dev/null; roster providers --ids 2>/dev/null)",
                                         "(roster role --ids 2>/dev/null)" };
  strbuf words = { 0 };
  add_operands(&words, v);
  if (v->takes == OPERAND_FILE)
    printf("complete -c roster -n '__fish_seen_subcommand_from %s' -F\n", v->name);
  else if (v->takes != OPERAND_NONE)
    printf("complete -c roster -n '__fish_seen_subcommand_from %s' -a '%s'\n", v->name,
           v->takes == OPERAND_WORD ? strbuf_text(&words) : sources[v->takes]);
  strbuf_free(&words);
}

static void print_fish(void) {
  const verb *v;
  const known_option *w;
  puts("# fish completion for roster: printed by `roster completions fish`.\ncomplete -c roster -f");
  for (size_t i = 0; (v = verb_at(i)); i++) {
    printf("complete -c roster -n __fish_use_subcommand -a %s -d ", v->name);
    print_quoted(v->summary);
    putchar('\n');
  }
  for (size_t i = 0; (w = option_at(i)); i++) print_fish_option(w);
  for (size_t i = 0; (v = verb_at(i)); i++) print_fish_operands(v);
}

/* ---- the verb ---- */

int completions_run(const arguments *o) {
  static const struct {
    const char *name;
    void (*print)(void);
  } shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };
  for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
    if (strcmp(o->operands[0], shells[i].name) != 0) continue;
    shells[i].print();
    return EXIT_GOOD;
  }
  return usage_error(o, "unknown shell '%s': it is bash, zsh or fish", o->operands[0]);
}
