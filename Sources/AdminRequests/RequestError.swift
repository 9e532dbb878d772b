// What is wrong with a request: a sentence for whoever sent it.

/// A request that cannot be understood.
package struct RequestError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
