/* reason_rows: the closed list of reason codes. Each has a row: its name, who is to blame, and two templates, of the sentence and of the
 * hint. A template's slots ("{title}") are read in reason.c, which alone includes this file; "{{" is a brace. */
#ifndef ROSTER_VALIDATE_REASON_ROWS_H
#define ROSTER_VALIDATE_REASON_ROWS_H

#include "roster.h"

#include <stdbool.h>

typedef struct row {
  const char *name;
  roster_blame blame;
  bool by_way; /* a gateway or an override in between is to blame instead */
  const char *sentence, *hint;
} row;

#define HELPER_HINT       "sign in where it asks you to; another refresh follows"
#define NETWORK_HINT      "check the network and the address, then try again"
#define UNREACHABLE_WORDS "{title} could not be reached at {origin}{ by proxy}: {said?no answer}"
#define ABSENT_HINT       "check api_name; remove a model that is gone with enabled = false"
#define UNPROVEN_HINT                                                                                                                      \
  "a check at level generate sends one small billed request; validate { unproven = \"generate\" } does so for what is recommended or in "  \
  "use"
#define SHOWN_HINT      "list_proves = \"shown\" in the block of provider '{provider}' lets a free request with a made-up key decide"
#define OFFER_HINT      "if you know that it works, write unproven = \"offer\" in the block of provider '{provider}'"
#define BILLED_HINT     "a check at level generate sends one small billed request; unproven = \"generate\" in the block of "
#define BILLED_WORDS    "only a billed request can check {api_name}{: what}"
#define BY_NAME_HINT    "a refresh of {model} by name sends one"
#define WRONG_NAME_HINT "check the host name in {address}: that certificate is for another one"
#define CLIENT_HINT     "name a certificate of this machine with tls = {{ client_cert = \"...\", client_key = \"...\" }"
#define HERE            ROSTER_BLAME_THIS_MACHINE
#define DEFINED         ROSTER_BLAME_DEFINITIONS
#define NETWORK         ROSTER_BLAME_NETWORK
#define PROVIDER        ROSTER_BLAME_PROVIDER

/* What to do about a TLS that failed, by what the transport says of it; the first match decides. Without any, the row's own hint. */
static const struct {
  const char *said, *hint;
} tls_hints[] = {
  { "certificate has expired", "renew it there; if it is new, check the clock of this machine" },
  { "not yet valid", "check the clock of this machine, and from when that certificate is valid" },
  { "does not match", WRONG_NAME_HINT },
  { "subject name", WRONG_NAME_HINT },
  { "unrecognized name", "check the host name in {address}: the server there does not serve it" },
  { "unsupported protocol", "what serves {origin} must speak TLS 1.2 or newer" },
  { "wrong version number", "check {address}: the server there does not speak TLS" },
  { "certificate required", CLIENT_HINT },
  { "unknown ca", CLIENT_HINT },
  { "client certificate", CLIENT_HINT },
  { "alert", "check what serves {origin}, and the host name in {address}; " CLIENT_HINT },
  { "the connection ended", "check that {address} is right, and any proxy in between" },
};

static const char unproven_words[] = "{title} offers no free way to check {api_name}{: what}";

static const row rows[] = {
  [ROSTER_REASON_NONE] = { "none", ROSTER_BLAME_NONE, false, "", "" },
  [ROSTER_REASON_NOT_ASKED] = { "not_asked", ROSTER_BLAME_NONE, false, "not checked yet", "refresh to check it" },
  /* the definitions */
  [ROSTER_REASON_MODEL_DISABLED] = { "model_disabled", DEFINED, false, "enabled = false ({where})",
                                     "write model \"{model}\" { enabled = true }" },
  [ROSTER_REASON_PROVIDER_DISABLED] = { "provider_disabled", DEFINED, false, "provider '{provider}' is not enabled ({where})",
                                        "write provider \"{name}\" { enabled = true }" },
  [ROSTER_REASON_RULE_REFUSED] = { "rule_refused", DEFINED, false, "rule '{where}' refused it: {what}", "change that rule to offer it" },
  [ROSTER_REASON_PROTOCOL_UNSPOKEN] = { "protocol_unspoken", HERE, false, "this host does not speak {protocol}",
                                        "add it to host_protocols if the host speaks it" },
  [ROSTER_REASON_SETTING_UNSET] = { "setting_unset", HERE, false, "{needs} is not set, so {title} has no address",
                                    "set {needs}, or write provider \"{name}\" { base_url = ... }" },
  [ROSTER_REASON_ADDRESS_MISSING] = { "address_missing", DEFINED, false,
                                      "provider '{provider}' has no base_url and no rule gave an address", "set base_url in its block" },
  [ROSTER_REASON_ADDRESS_INVALID] = { "address_invalid", DEFINED, true, "the address of provider '{provider}' \"{where}\"{ from} {what}",
                                      "correct that address; write it like https://host or https://host/prefix" },
  [ROSTER_REASON_HEADER_STOPPED] = { "header_stopped", ROSTER_BLAME_GATEWAY, false,
                                     "gateway '{gateway}' does not pass on {what}, which this model needs",
                                     "use the model without it, or remove the header from unsupported_headers of gateway '{gateway}'" },
  /* the key: {what} is the sentence of where it was looked for, {where} what a person would set */
  [ROSTER_REASON_KEY_UNSET] = { "key_unset", HERE, false, "{what}", "set {where}, or set {where}_FILE to a file that contains the key" },
  [ROSTER_REASON_KEY_UNREADABLE] = { "key_unreadable", HERE, false, "{what}", "set {where} to a file that contains the key" },
  [ROSTER_REASON_KEY_MALFORMED] = { "key_malformed", HERE, false, "{what}", "set {where} to the bare key" },
  [ROSTER_REASON_KEY_PENDING] = { "key_pending", HERE, false, "{what}", "" },
  [ROSTER_REASON_KEY_EXPIRED] = { "key_expired", HERE, false, "{what}", "" },
  [ROSTER_REASON_HELPER_RUNNING] = { "helper_running", HERE, false, "{what}", HELPER_HINT },
  [ROSTER_REASON_HELPER_FAILED] = { "helper_failed", HERE, false, "{what}", "" },
  [ROSTER_REASON_KEY_RENEWING] = { "key_renewing", HERE, false, "{what}: the credential helper runs again", HELPER_HINT },
  [ROSTER_REASON_KEY_MISSING] = { "key_missing", DEFINED, false, "{title} requires a key{evidence}",
                                  "write credential = secret \"NAME\" in the block of provider '{provider}'" },
  [ROSTER_REASON_KEY_REFUSED] = { "key_refused", HERE, false, "{title} rejected {key}{evidence}", "set a valid {variable}" },
  /* the way there */
  [ROSTER_REASON_NOT_RUNNING] = { "not_running", HERE, false, "{title} is not running on this machine: nothing listens at {origin}",
                                  "start it" },
  [ROSTER_REASON_NAME_NOT_FOUND] = { "name_not_found", NETWORK, true, UNREACHABLE_WORDS,
                                     "check the host name in {address}, and name resolution here" },
  [ROSTER_REASON_CONNECT_FAILED] = { "connect_failed", NETWORK, true, UNREACHABLE_WORDS, NETWORK_HINT },
  [ROSTER_REASON_TLS_FAILED] = { "tls_failed", NETWORK, true, UNREACHABLE_WORDS,
                                 "name a private authority with tls = { ca_file = \"...\" }" },
  [ROSTER_REASON_TIMED_OUT] = { "timed_out", NETWORK, true, UNREACHABLE_WORDS,
                                "try again, or allow more time with timeout = ... in its block" },
  [ROSTER_REASON_CONNECTION_LOST] = { "connection_lost", NETWORK, true, UNREACHABLE_WORDS, NETWORK_HINT },
  [ROSTER_REASON_TIME_OVER] = { "time_over", HERE, false, UNREACHABLE_WORDS,
                                "try again, or allow more time with timeout = ... in its block" },
  [ROSTER_REASON_NOT_SENT] = { "not_sent", HERE, false, "no request was sent to {title} at {origin}: {said}",
                               "the host's own transport has to take the request; without one, libcurl does" },
  [ROSTER_REASON_TRANSPORT_FAILED] = { "transport_failed", HERE, false, "nothing is known about {title}: {transport} failed: {said}",
                                       "check the limits of this process (ulimit -n, ulimit -u){ or correct transport}" },
  [ROSTER_REASON_UNREACHABLE] = { "unreachable", NETWORK, true, UNREACHABLE_WORDS, NETWORK_HINT },
  /* what came back */
  [ROSTER_REASON_REDIRECTED] = { "redirected", DEFINED, true,
                                 "{title} redirects ({status}){ to said}: redirects are not followed, the key was not sent there",
                                 "set {address} to where it moved (a network's sign-in page redirects like this too)" },
  [ROSTER_REASON_ANSWER_UNUSABLE] = { "answer_unusable", PROVIDER, true, "{title} returned a response that cannot be used: {said}",
                                      "check what serves {origin}" },
  [ROSTER_REASON_PAGE_NOT_API] = { "page_not_api", PROVIDER, true,
                                   "{asked} returned {status}, but not a valid {protocol} response{ (what)}{: said}",
                                   "check that {base} is that API and nothing else answers (a sign-in page, a bot challenge or a proxy "
                                   "responds like this)" },
  [ROSTER_REASON_PROTOCOL_MISMATCH] = { "protocol_mismatch", PROVIDER, true,
                                        "{asked} returned {status}, but not a valid {protocol} response{: said}",
                                        "check that {base} speaks that protocol (a sign-in page or a proxy responds like this)" },
  [ROSTER_REASON_NOT_SERVED_HERE] = { "not_served_here", DEFINED, true, "{asked} does not serve {where}{evidence}",
                                      "check {address}, and the protocol of provider '{provider}'" },
  [ROSTER_REASON_PROVIDER_FAILED] = { "provider_failed", PROVIDER, true, "{asked} has an internal problem{evidence}", "try again later" },
  [ROSTER_REASON_RATE_LIMITED] = { "rate_limited", PROVIDER, true, "{title} is limiting requests{evidence}", "try again later" },
  [ROSTER_REASON_NO_QUOTA] = { "no_quota", PROVIDER, true, "{title}: no credit or quota is left{evidence}",
                               "see the billing page of {title}" },
  [ROSTER_REASON_NO_ACCESS] = { "no_access", PROVIDER, true, "{title} accepts the key, but not for {api_name}{evidence}",
                                "ask {title} for access to it, or use another key" },
  [ROSTER_REASON_MODEL_UNKNOWN] = { "model_unknown", DEFINED, true, "{title} accepts the key, but does not know {api_name}{evidence}",
                                    ABSENT_HINT },
  [ROSTER_REASON_NOT_LISTED] = { "not_listed", DEFINED, true,
                                 "{title} accepts the key, but {api_name} is not among the {count} model{s} that it lists", ABSENT_HINT },
  [ROSTER_REASON_RETIRED] = { "retired", PROVIDER, false, "{title} has retired {api_name}{evidence}",
                              "use another model; remove this one with enabled = false" }, /* or with the sentence of the two above */
  [ROSTER_REASON_ACCOUNT_REFUSED] = { "account_refused", PROVIDER, true, "{title} knows the key, but refuses its account{evidence}",
                                      "settle that with {title}, or use a key of another account" },
  [ROSTER_REASON_REGION_REFUSED] = { "region_refused", PROVIDER, true, "{title} does not serve this region{evidence}",
                                     "send the request from a region that {title} serves, or through a gateway there" },
  [ROSTER_REASON_POLICY_REFUSED] = { "policy_refused", PROVIDER, true, "{title} has a policy that forbids this{evidence}",
                                     "change that policy at {title}, or use another model" },
  [ROSTER_REASON_SERVICE_ENDED] = { "service_ended", PROVIDER, true, "{asked} has ended this service, or stopped it for now{evidence}",
                                    "see what {title} says about its successor; provider \"{name}\" {{ enabled = false } removes it" },
  /* what the provider's own entry states: {what} is the kind or the protocols, {where} the kind that was wanted or the
   * protocol to write */
  [ROSTER_REASON_KIND_OTHER] = { "kind_other", DEFINED, false, "{title} offers {api_name} for {what}, not for {where}",
                                 "write kind = \"{what}\" in its block, and ask for that kind" },
  [ROSTER_REASON_PROTOCOL_OTHER] = { "protocol_other", DEFINED, false,
                                     "{title} does not serve {api_name} with protocol {protocol}{evidence}{, but with what}",
                                     "if another protocol serves it, name that one in its block: protocol = \"...\"" },
  [ROSTER_REASON_MODEL_INACTIVE] = { "model_inactive", PROVIDER, true, "{title} lists {api_name}, but does not serve it now{evidence}",
                                     "switch it on there, or use another model; remove this one with enabled = false" },
  [ROSTER_REASON_MODEL_REFUSED] = { "model_refused", PROVIDER, true, "{title} refuses {api_name} itself{evidence}",
                                    "check api_name and protocol, or remove it with enabled = false" },
  [ROSTER_REASON_SERVED_BY_OTHER] = { "served_by_other", PROVIDER, true, "asked for {api_name}, {title} served {what}", "" },
  /* what could not be proved: {what} is what came nearest to it */
  [ROSTER_REASON_KIND_UNKNOWN] = { "kind_unknown", PROVIDER, true, "{title} lists {api_name}, but does not say what kind of model it is",
                                   "write model \"{api_name}\" { provider = \"{name}\", kind = \"chat\" } if it chats" },
  [ROSTER_REASON_NO_FREE_CHECK] = { "no_free_check", PROVIDER, true, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_LISTING_UNREADABLE] = { "listing_unreadable", PROVIDER, true, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_LISTING_PROVES_NOTHING] = { "listing_proves_nothing", PROVIDER, true, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_GATEWAY_ANSWERS] = { "gateway_answers", ROSTER_BLAME_GATEWAY, false, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_PROOF_REFUSED] = { "proof_refused", DEFINED, false, unproven_words,
                                    "see what the response says; if only this free request is refused, a check at level generate sends "
                                    "one small billed request" },
  [ROSTER_REASON_NOT_BILLED] = { "not_billed", HERE, false, BILLED_WORDS, BY_NAME_HINT "; recommended = true in its block always does so" },
  [ROSTER_REASON_BILLED_BUDGET_SPENT] = { "billed_budget_spent", HERE, false, BILLED_WORDS,
                                          "raise validate {{ billed_per_day = ... }{ or wait until}; " BY_NAME_HINT },
  [ROSTER_REASON_PROOF_MISSING] = { "proof_missing", DEFINED, false, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_SCRIPT_FAILED] = { "script_failed", DEFINED, false, "{what}",
                                    "correct it: models that it decides about are not offered while it fails" },
  /* {where} is the variable */
  [ROSTER_REASON_SETTING_INVALID] = { "setting_invalid", HERE, false, "{what}", "set {where} to the bare value, or unset it" },
  [ROSTER_REASON_KEY_PLACEHOLDER] = { "key_placeholder", HERE, false, "{what}",
                                      "put the key itself in {where}, or have a program print it: credential = secret {{ helper = ... }" },
  /* the host's word: see belief.h */
  [ROSTER_REASON_KEY_NOT_CHECKED] = { "key_not_checked", PROVIDER, true,
                                      "no free request at {asked} shows that {key} works for {api_name}{: what}",
                                      BILLED_HINT "provider '{provider}' always does so" },
  [ROSTER_REASON_KEY_CHECK_OPEN] = { "key_check_open", PROVIDER, true,
                                     "{title} responds, but a made-up key did not show whether it checks keys{evidence}",
                                     "try again later" },
  [ROSTER_REASON_PROXY_REFUSED] = { "proxy_refused", NETWORK, false, "{proxy} requires a sign-in before it connects to {origin}{evidence}",
                                    "roster cannot sign in to a proxy: let that one admit this machine, or name another: {block} "
                                    "{{ proxy = \"http://HOST:PORT\" }" },
};

#endif
