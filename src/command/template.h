/* template: the commented definitions that `init` writes. Every line in them is a comment until somebody edits it. */
#ifndef ROSTER_COMMAND_TEMPLATE_H
#define ROSTER_COMMAND_TEMPLATE_H

extern const char template_providers[];
extern const char template_models[];
extern const char template_rules[];
extern const char template_luarc[];

#endif
