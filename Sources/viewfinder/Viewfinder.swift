@main struct Viewfinder { static func main() {} }
