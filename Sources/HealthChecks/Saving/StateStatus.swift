// What the admin API says of what survives a restart.

/// How well the store works, for people.
public struct StateStatus: Codable, Hashable, Sendable {
    public var directory: String
    /// Whether what happens now survives a restart.
    public var isWorking: Bool
    /// Why not; absent if it does.
    public var problem: String?
    /// How many times something could not be saved or read since the start.
    public var errors: Int

    public init(directory: String, isWorking: Bool, problem: String?, errors: Int) {
        self.directory = directory
        self.isWorking = isWorking
        self.problem = problem
        self.errors = errors
    }

    enum CodingKeys: String, CodingKey {
        case directory
        case isWorking = "is_working"
        case problem, errors
    }
}
