"""What proves who someone is: kept, compared, slowed down."""
