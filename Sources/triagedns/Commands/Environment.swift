// What commands take from the environment.

import Foundation

/// A variable, by its name.
enum Environment: String, CaseIterable {
    case admin = "TRIAGEDNS_ADMIN"
    case token = "TRIAGEDNS_TOKEN"
    case tokenFile = "TRIAGEDNS_TOKEN_FILE"
    case certificates = "TRIAGEDNS_CA_FILE"
    case noColor = "NO_COLOR"
    case stateDirectory = "STATE_DIRECTORY"

    /// Nil if it is not set, or empty.
    var value: String? { ProcessInfo.processInfo.environment[rawValue].flatMap { $0.isEmpty ? nil : $0 } }

    var text: String {
        switch self {
        case .admin: "the server to ask, where --admin does not say"
        case .token: "the token to ask it with"
        case .tokenFile: "a file with that token"
        case .certificates: "a PEM file of certificates to trust beside the system's"
        case .noColor: "if not empty: no colours, unless --color says so"
        case .stateDirectory: "where serve keeps its state, by default; systemd sets it"
        }
    }

    /// All of them, a line each, for the help of the program.
    static var table: String {
        let width = allCases.map(\.rawValue.count).max() ?? 0
        return allCases.map { variable in
            let name = variable.rawValue
            return "  " + name + String(repeating: " ", count: width - name.count + 2) + variable.text
        }.joined(separator: "\n")
    }
}
