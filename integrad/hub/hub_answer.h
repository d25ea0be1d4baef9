// What the answers of a hub mean.
#pragma once

#include <string>
#include <string_view>

#include "integrad/hub/hub_client.h"

namespace integrad {

/// Of the JSON that /api/models/… answers. Throws HubError (bad_answer) naming `what`.
HubListing read_listing(std::string_view text, const std::string& what);

/// etag and size of the answer to a HEAD: those of the file behind the redirect, where it tells
/// them. Throws HubError (bad_answer).
HubFile read_file_facts(const HttpResponse& response, const std::string& commit,
                        const std::string& file, const std::string& what);

/// For an answer that is no success: the error with its kind, and what to do. `what` begins the
/// message, `server` is who answered, `with_token` says whether a token was sent.
[[noreturn]] void fail_for_status(const HttpResponse& response, const std::string& what,
                                  const std::string& server, bool with_token);

}  // namespace integrad
