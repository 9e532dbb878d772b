// A link that logs a browser in, for whoever may read this machine's token.

import ArgumentParser

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Print a link that opens the status page with the right to change things.",
        discussion: """
            The token is behind the # of the link, which browsers send to nobody. It is the one of this machine, or that of \
            TRIAGEDNS_TOKEN or TRIAGEDNS_TOKEN_FILE. \
            \(ExitMeaning.list((.done, "printed"), (.failed, "no token was found")))
            """)

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let url = server.url
        guard let token = try HTTPClient(url: url).token else {
            throw CommandFailure(
                "there is no token for \(url) on this machine that this user may read; run this as the server's user, "
                    + "or set TRIAGEDNS_TOKEN_FILE")
        }
        print("\(url.hasSuffix("/") ? String(url.dropLast()) : url)/login#\(token)")
    }
}
